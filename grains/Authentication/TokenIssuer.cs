using System.Text.Json;
using BktSmart.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Authentication;

/// <summary>Makes the tokens of sessions. API nodes check access tokens with the public keys alone.</summary>
internal sealed class TokenIssuer(BankKeys keys, IOptions<SessionOptions> options)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <param name="refreshedAt">From when on the session is idle.</param>
    /// <param name="sessionEnd">When the session ends at the latest; no token outlives it.</param>
    public SessionTokens Issue(
        CustomerNumber customer, Guid session, int generation, DateTimeOffset now, DateTimeOffset refreshedAt, DateTimeOffset sessionEnd,
        bool onlyPasswordChange, Language language)
    {
        var accessEnd = AccessEnd(now, sessionEnd);
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = customer.ToString(),
            [AccessTokens.SessionClaim] = session.ToString("D"),
        };
        if (onlyPasswordChange)
            claims[AccessTokens.ScopeClaim] = AccessTokens.OnlyPasswordChange;
        if (language == Language.English)
            claims[AccessTokens.LocaleClaim] = AccessTokens.English;
        var accessToken = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = AccessTokens.Issuer,
            Audience = AccessTokens.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = accessEnd.UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(keys.AccessTokenKey, SecurityAlgorithms.EcdsaSha256),
        });
        return new SessionTokens(
            new Secret(accessToken), accessEnd, keys.RefreshToken(session, generation),
            Earlier(refreshedAt + options.Value.IdleMax, sessionEnd));
    }

    /// <summary>When an access token ends that is given now.</summary>
    public DateTimeOffset AccessEnd(DateTimeOffset now, DateTimeOffset sessionEnd) =>
        Earlier(now + options.Value.AccessTokenLifetime, sessionEnd);

    /// <summary>The public halves of the keys whose tokens are good, as a JSON Web Key Set (RFC 7517).</summary>
    public string PublicKeys() => JsonSerializer.Serialize(new
    {
        keys = keys.PublishedKeys.Select(key =>
        {
            var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
            return new { kty = "EC", crv = "P-256", use = "sig", alg = SecurityAlgorithms.EcdsaSha256, kid = key.KeyId,
                x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
        }),
    });

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
