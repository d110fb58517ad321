namespace BktSmart.Authentication;

/// <summary>
/// The answer to every first step (enrolment, sign-in, reset): an FNP was sent if everything so far was right. It has the same form when
/// nothing was sent, so that it tells an outsider nothing.
/// </summary>
/// <param name="ResendAt">From when on another FNP may be asked for.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpChallenge")]
public sealed record FnpChallenge(
    [property: Id(0)] Guid SessionId,
    [property: Id(1)] DateTimeOffset ExpiresAt,
    [property: Id(2)] DateTimeOffset ResendAt);
