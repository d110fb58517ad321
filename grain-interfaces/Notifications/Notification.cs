namespace BktSmart.Notifications;

/// <summary>A notification as it was sent, in the customer's language of that moment.</summary>
/// <param name="Number">Rises in the order of sending, from 1; may have gaps.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Notification")]
public sealed record Notification(
    [property: Id(0)] long Number,
    [property: Id(1)] NotificationCategory Category,
    [property: Id(2)] string Title,
    [property: Id(3)] string Body,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] DateTimeOffset? ReadAt);
