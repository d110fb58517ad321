using System.Globalization;
using System.Security.Cryptography;
using BktSmart.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Bench.Load;

/// <summary>
/// Signs customers' access tokens as a silo does, with the bank's own key: signing two thousand customers in is not what is measured.
/// </summary>
internal sealed class AccessTokenSource : IDisposable
{
    // Longer than any load runs; each load process signs anew.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly ECDsa _key = ECDsa.Create();
    private readonly SigningCredentials _credentials;
    private readonly DateTime _now = DateTime.UtcNow;

    public AccessTokenSource(string pemFile)
    {
        _key.ImportFromPem(File.ReadAllText(pemFile));
        // With a factory of its own: the shared one would keep signers of a key beyond its disposal.
        var key = new ECDsaSecurityKey(_key) { CryptoProviderFactory = new CryptoProviderFactory() };
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        _credentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256);
    }

    public string Issue(int customerNumber) => _handler.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = AccessTokens.Issuer,
        Audience = AccessTokens.Audience,
        IssuedAt = _now,
        NotBefore = _now,
        Expires = _now + Lifetime,
        Claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = customerNumber.ToString(CultureInfo.InvariantCulture),
            [AccessTokens.SessionClaim] = Guid.NewGuid().ToString("D"),
        },
        SigningCredentials = _credentials,
    });

    public void Dispose() => _key.Dispose();
}
