namespace BktSmart.Authentication;

/// <summary>What a completed sign-in, or a changed password, gives.</summary>
/// <param name="OnlyPasswordChange">The session can do nothing but change the password: it is too old, or was reported as known to somebody
/// else.</param>
/// <param name="PasswordEndsAt">From then on it must be changed; null for never.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SignedIn")]
public sealed record SignedIn(
    [property: Id(0)] SessionTokens Tokens, [property: Id(1)] bool OnlyPasswordChange, [property: Id(2)] DateTimeOffset? PasswordEndsAt);
