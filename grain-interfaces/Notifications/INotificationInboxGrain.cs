namespace BktSmart.Notifications;

/// <summary>What a notification is about; customers choose by category (R16). The numbers are stored.</summary>
public enum NotificationCategory
{
    IncomingTransfer = 1,
    OutgoingTransfer = 2,
    Cash = 3,
}

/// <summary>A notification as it was sent, in the customer's language of that moment.</summary>
/// <param name="Number">Gap-free for the customer, from 1, in the order of sending.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Notification")]
public sealed record Notification(
    [property: Id(0)] long Number,
    [property: Id(1)] NotificationCategory Category,
    [property: Id(2)] string Title,
    [property: Id(3)] string Body,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] DateTimeOffset? ReadAt);

/// <param name="UnreadCount">Of the whole inbox, not of the page.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.NotificationPage")]
public sealed record NotificationPage(
    [property: Id(0)] IReadOnlyList<Notification> Notifications,
    [property: Id(1)] bool HasMore,
    [property: Id(2)] int UnreadCount)
{
    public const int CountMax = 200;
}

/// <summary>Told that an inbox has something new. A hint: who gets it reads the inbox, and reads it from time to time without one.</summary>
[Alias("bktsmart.INotificationObserver")]
public interface INotificationObserver : IGrainObserver
{
    [Alias("Arrived"), Orleans.Concurrency.OneWay]
    Task Arrived();
}

/// <summary>What both sides of <see cref="INotificationInboxGrain.Watch"/> rely on.</summary>
public static class NotificationWatching
{
    /// <summary>How long an inbox remembers an observer that does not register again.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(1);
}

/// <summary>The notifications of one customer; key: <see cref="GrainKeys.Customer(Customers.CustomerNumber)"/>.</summary>
[Alias("bktsmart.INotificationInboxGrain")]
public interface INotificationInboxGrain : IGrainWithStringKey
{
    /// <summary>Newest first.</summary>
    /// <param name="beforeNumber">Only those with a lower number; null starts at the newest.</param>
    /// <param name="count">1 to <see cref="NotificationPage.CountMax"/>.</param>
    [Alias("List")]
    Task<NotificationPage> List(long? beforeNumber, int count, CancellationToken cancellationToken);

    /// <summary>Oldest first, those with a higher number than <paramref name="afterNumber"/>.</summary>
    [Alias("ListAfter")]
    Task<IReadOnlyList<Notification>> ListAfter(long afterNumber, int count, CancellationToken cancellationToken);

    /// <summary>The number of the newest notification; zero for an empty inbox.</summary>
    [Alias("GetLastNumber")]
    Task<long> GetLastNumber(CancellationToken cancellationToken);

    /// <summary>Marks everything up to and including a number as read and gives the unread count.</summary>
    [Alias("MarkRead")]
    Task<int> MarkRead(long upToNumber, CancellationToken cancellationToken);

    /// <summary>Registers an observer for <see cref="NotificationWatching.Lasts"/>; to be repeated before that ends.</summary>
    [Alias("Watch")]
    Task Watch(INotificationObserver observer, CancellationToken cancellationToken);

    [Alias("Unwatch")]
    Task Unwatch(INotificationObserver observer, CancellationToken cancellationToken);
}
