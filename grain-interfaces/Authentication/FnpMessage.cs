using BktSmart.Messages;

namespace BktSmart.Authentication;

/// <summary>An SMS with an FNP, as the contact centre sees it; the FNP itself is nowhere.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpMessage")]
public sealed record FnpMessage(
    [property: Id(0)] string Reference,
    [property: Id(1)] FnpPurpose Purpose,
    [property: Id(2)] DateTimeOffset SentAt,
    [property: Id(3)] SmsState State,
    [property: Id(4)] DateTimeOffset StateAt);
