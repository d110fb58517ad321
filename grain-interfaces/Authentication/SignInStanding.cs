namespace BktSmart.Authentication;

/// <summary>How a customer's sign-in stands, for staff.</summary>
/// <param name="FnpBlockedUntil">Null where FNPs are not kept from a number that was just registered.</param>
/// <param name="RiskRaisedUntil">Before this day in Tirana each payment needs an FNP; null for as usual.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SignInStanding")]
public sealed record SignInStanding(
    [property: Id(0)] bool IsEnrolled,
    [property: Id(1)] DateTimeOffset? LockedAt,
    [property: Id(2)] int Failures,
    [property: Id(3)] DateTimeOffset? PhoneSuspendedAt,
    [property: Id(4)] DateTimeOffset? FnpBlockedUntil,
    [property: Id(5)] DateTimeOffset? PasswordSetAt,
    [property: Id(6)] bool MustChangePassword,
    [property: Id(7)] int OpenSessions,
    [property: Id(8)] DateTimeOffset? UnknownDevicesShutOutUntil,
    [property: Id(9)] DateOnly? RiskRaisedUntil);
