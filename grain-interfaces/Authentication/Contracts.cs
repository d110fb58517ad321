using BktSmart.Answers;

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
/// The answer to every first step (enrolment, sign-in): an FNP was sent if everything so far was right. It has the same form when nothing was sent,
/// so that it tells an outsider nothing.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpChallenge")]
public sealed record FnpChallenge([property: Id(0)] Guid SessionId, [property: Id(1)] DateTimeOffset ExpiresAt);

/// <summary>What an FNP is for; it opens nothing else. The numbers are stored.</summary>
public enum FnpPurpose
{
    Enrolment = 1,
    SignIn = 2,
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

/// <summary>Where to reach a customer with a push message: the device of the last sign-in (R16).</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.PushTarget")]
public sealed record PushTarget([property: Id(0)] Guid DeviceId, [property: Id(1)] DevicePlatform Platform, [property: Id(2)] Secret PushToken);

/// <summary>The rules that the interfaces publish about passwords (R5).</summary>
public static class PasswordRules
{
    public const int LengthMin = 8;
    public const int LengthMax = 128;
}
