using BktSmart.Accounts;
using BktSmart.Answers;
using BktSmart.Ledger;

namespace BktSmart.Authentication;

/// <summary>The operating system of a device. The numbers are stored.</summary>
public enum DevicePlatform
{
    Android = 1,
    Ios = 2,
}

/// <summary>A phone with the app on it.</summary>
/// <param name="Id">Made by the app at installation.</param>
/// <param name="PushToken">Where the push service finds the app; null when the customer does not allow push.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Device")]
public sealed record Device(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] DevicePlatform Platform,
    [property: Id(3)] string? PushToken)
{
    public const int NameLengthMax = 60;
    public const int PushTokenLengthMax = 512;

    /// <summary>A push token is an address that works like a secret: it does not print.</summary>
    public override string ToString() => $"Device {Id}";
}

/// <summary>
/// The answer to every first step (enrolment, sign-in, reset): an FNP was sent if everything so far was right. It has the same form when nothing was sent,
/// so that it tells an outsider nothing.
/// </summary>
/// <param name="ResendAt">From when on another FNP may be asked for.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpChallenge")]
public sealed record FnpChallenge(
    [property: Id(0)] Guid SessionId,
    [property: Id(1)] DateTimeOffset ExpiresAt,
    [property: Id(2)] DateTimeOffset ResendAt);

/// <summary>What an FNP is for; it opens nothing else. The numbers are stored.</summary>
public enum FnpPurpose
{
    Enrolment = 1,
    SignIn = 2,
    PasswordChange = 3,
    PasswordReset = 4,
    Payment = 5,
    TrustedPayee = 6,
    LimitRaise = 7,
}

/// <summary>What an FNP confirms, where that is more than its purpose: the FNP is good for nothing else, and the SMS names it.</summary>
/// <param name="Amount">Null where there is none.</param>
/// <param name="Account">The payee of a payment, or whose trust or limits it is about.</param>
/// <param name="Content">Everything that must not change until the FNP is given, in one form.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpMatter")]
public sealed record FnpMatter([property: Id(0)] Money? Amount, [property: Id(1)] Iban Account, [property: Id(2)] string Content);

/// <summary>What became of an SMS, as the provider reports it. The numbers are stored.</summary>
public enum SmsState
{
    /// <summary>On its way to the provider, or nobody knows.</summary>
    Sent = 1,
    Accepted = 2,
    Delivered = 3,
    Failed = 4,
    Expired = 5,
}

/// <summary>What the customer may know of an FNP's way while signing in (R8). An FNP that was never sent looks like one that is on its way.</summary>
public enum FnpDelivery
{
    OnItsWay = 1,

    /// <summary>The provider gave up: no coverage, a full inbox, a wrong number.</summary>
    NotDelivered = 2,
}

/// <summary>The tokens of a session.</summary>
/// <param name="AccessToken">A JWT for the <c>authorization</c> header.</param>
/// <param name="RefreshToken">Good for one refresh, which gives the next one.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SessionTokens")]
public sealed record SessionTokens(
    [property: Id(0)] Secret AccessToken,
    [property: Id(1)] DateTimeOffset AccessTokenExpiresAt,
    [property: Id(2)] Secret RefreshToken,
    [property: Id(3)] DateTimeOffset RefreshTokenExpiresAt);

/// <summary>What a completed sign-in, or a changed password, gives.</summary>
/// <param name="OnlyPasswordChange">The session can do nothing but change the password: it is too old, or was reported as known to somebody else.</param>
/// <param name="PasswordEndsAt">From then on it must be changed; null for never.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SignedIn")]
public sealed record SignedIn(
    [property: Id(0)] SessionTokens Tokens, [property: Id(1)] bool OnlyPasswordChange, [property: Id(2)] DateTimeOffset? PasswordEndsAt);

/// <summary>An entry of a customer's security log. The numbers are stored.</summary>
public enum SecurityEventKind
{
    Enrolled = 1,
    SignedIn = 2,
    SignedInOnNewDevice = 3,
    PasswordWrong = 4,
    FnpWrong = 5,

    /// <summary>No more passwords are taken from devices that were never signed in, for a while.</summary>
    UnknownDevicesShutOut = 6,
    Locked = 7,
    Unlocked = 8,
    PasswordChanged = 9,
    PasswordReset = 10,
    SessionEnded = 11,
    AllSessionsEnded = 12,
    PhoneSuspended = 13,
    PhoneResumed = 14,
    PhoneChanged = 15,
    FnpReported = 16,
    DeviceRenamed = 17,

    /// <summary>The password was right; the FNP is not here yet.</summary>
    SignInBegun = 18,

    /// <summary>A new password was begun with the right card.</summary>
    NewPasswordBegun = 19,

    /// <summary>The customer was told that the password ends.</summary>
    PasswordReminder = 20,

    /// <summary>A payment was confirmed with an FNP.</summary>
    PaymentConfirmed = 21,
    TrustedPayeeConfirmed = 22,
    TrustedPayeeRemoved = 23,
    LimitRaiseConfirmed = 24,
    LimitsLowered = 25,

    /// <summary>The cards were reported lost.</summary>
    CardsBlocked = 26,
}

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

/// <param name="HasMore">Whether there are older ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SecurityEventPage")]
public sealed record SecurityEventPage([property: Id(0)] IReadOnlyList<SecurityEvent> Events, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}

/// <summary>A session of a customer.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.OpenSession")]
public sealed record OpenSession(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Guid DeviceId,
    [property: Id(2)] string DeviceName,
    [property: Id(3)] DevicePlatform Platform,
    [property: Id(4)] DateTimeOffset OpenedAt);

/// <summary>A device that was signed in on.</summary>
/// <param name="IsLast">Push messages go there (R16).</param>
[GenerateSerializer, Immutable, Alias("bktsmart.KnownDevice")]
public sealed record KnownDevice(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] DevicePlatform Platform,
    [property: Id(3)] DateTimeOffset LastSignInAt,
    [property: Id(4)] bool IsLast);

/// <summary>Sessions that ended before their tokens.</summary>
/// <param name="Until">The newest; ask again with this.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Revocations")]
public sealed record Revocations([property: Id(0)] IReadOnlyList<Guid> Sessions, [property: Id(1)] DateTimeOffset Until);

/// <summary>How a customer's sign-in stands, for staff.</summary>
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
    [property: Id(8)] DateTimeOffset? UnknownDevicesShutOutUntil);

/// <summary>An SMS with an FNP, as the contact centre sees it; the FNP itself is nowhere.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpMessage")]
public sealed record FnpMessage(
    [property: Id(0)] string Reference,
    [property: Id(1)] FnpPurpose Purpose,
    [property: Id(2)] DateTimeOffset SentAt,
    [property: Id(3)] SmsState State,
    [property: Id(4)] DateTimeOffset StateAt);

/// <summary>The rules that the interfaces publish about passwords (R5).</summary>
public static class PasswordRules
{
    public const int LengthMin = 8;
    public const int LengthMax = 128;
}
