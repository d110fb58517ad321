namespace BktSmart.Notifications;

/// <param name="UnreadCount">Of the whole inbox, not of the page.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.NotificationPage")]
public sealed record NotificationPage(
    [property: Id(0)] IReadOnlyList<Notification> Notifications,
    [property: Id(1)] bool HasMore,
    [property: Id(2)] int UnreadCount)
{
    public const int CountMax = 200;
}
