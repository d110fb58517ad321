namespace BktSmart.Authentication;

/// <summary>The tokens of a session.</summary>
/// <param name="AccessToken">A JWT for the <c>authorization</c> header.</param>
/// <param name="RefreshToken">Good for one refresh, which gives the next one.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SessionTokens")]
public sealed record SessionTokens(
    [property: Id(0)] Secret AccessToken,
    [property: Id(1)] DateTimeOffset AccessTokenExpiresAt,
    [property: Id(2)] Secret RefreshToken,
    [property: Id(3)] DateTimeOffset RefreshTokenExpiresAt);
