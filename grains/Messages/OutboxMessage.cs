namespace BktSmart.Messages;

/// <summary>A message of the outbox that is this silo's to send until its lease ends.</summary>
/// <param name="Tries">With this one; names the lease.</param>
/// <param name="Expired">It is too late to send it.</param>
/// <param name="SmsId">Of an SMS, the same at every try.</param>
/// <param name="NotificationNumber">Of a push.</param>
/// <param name="Title">Of a push.</param>
/// <param name="Target">Of a push, the device of now; null where there is none.</param>
internal sealed record OutboxMessage(
    long Id, OutboxChannel Channel, CustomerNumber Customer, int Tries, bool Expired, Guid? SmsId, PhoneNumber? Phone,
    long? NotificationNumber, string? Title, string Body, PushTarget? Target)
{
    /// <summary>Neither number nor text print.</summary>
    public override string ToString() => $"{Channel} {Id}";
}
