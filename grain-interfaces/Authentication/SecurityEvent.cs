namespace BktSmart.Authentication;

/// <param name="DeviceName">Null where no device was involved.</param>
/// <param name="Origin">The address without its last part; null where staff acted.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SecurityEvent")]
public sealed record SecurityEvent(
    [property: Id(0)] long Id,
    [property: Id(1)] SecurityEventKind Kind,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] Guid? DeviceId,
    [property: Id(4)] string? DeviceName,
    [property: Id(5)] string? Origin);
