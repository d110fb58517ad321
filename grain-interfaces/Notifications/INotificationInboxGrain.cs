namespace BktSmart.Notifications;

/// <summary>The notifications of one customer; key: <see cref="GrainKeys.Customer(CustomerNumber)"/>.</summary>
[Alias("bktsmart.INotificationInboxGrain")]
public interface INotificationInboxGrain : IGrainWithStringKey
{
    /// <summary>Newest first.</summary>
    /// <param name="beforeNumber">Only those with a lower number; null starts at the newest.</param>
    /// <param name="count">1 to <see cref="NotificationPage.CountMax"/>.</param>
    [Alias("List"), ForApi]
    Task<NotificationPage> List(long? beforeNumber, int count, CancellationToken cancellationToken);

    /// <summary>Oldest first, those with a higher number than <paramref name="afterNumber"/>.</summary>
    [Alias("ListAfter"), ForApi]
    Task<IReadOnlyList<Notification>> ListAfter(long afterNumber, int count, CancellationToken cancellationToken);

    /// <summary>The number of the newest notification; zero for an empty inbox.</summary>
    [Alias("GetLastNumber"), ForApi]
    Task<long> GetLastNumber(CancellationToken cancellationToken);

    /// <summary>Marks everything up to and including a number as read and gives the unread count.</summary>
    [Alias("MarkRead"), ForApi]
    Task<int> MarkRead(long upToNumber, CancellationToken cancellationToken);

    /// <summary>Registers an observer for <see cref="NotificationWatching.Lasts"/>; to be repeated before that ends.</summary>
    [Alias("Watch"), ForApi]
    Task Watch(INotificationObserver observer, CancellationToken cancellationToken);

    [Alias("Unwatch"), ForApi]
    Task Unwatch(INotificationObserver observer, CancellationToken cancellationToken);
}
