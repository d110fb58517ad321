using System.Security.Cryptography;
using System.Text.Json;
using BktSmart.Dev.Processes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Dev.Staff;

/// <summary>
/// Stands in for the bank's OpenID Connect provider in development: signs the tokens of staff with a key of the data folder and publishes
/// the public half as a key set file. The API takes such a file in development only.
/// </summary>
public sealed class StaffIssuer
{
    public const string Issuer = "http://bktsmart.local/staff";
    public const string Audience = "bktsmart-staff";

    private static readonly TimeSpan WorkingDay = TimeSpan.FromHours(8);

    private readonly ECDsaSecurityKey _key;
    private readonly TimeProvider _time;

    /// <summary>Uses the key of a data folder, made at the first use.</summary>
    /// <param name="folder">Where key and key set are kept.</param>
    /// <param name="time">From when on tokens are good.</param>
    public StaffIssuer(string folder, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(folder);
        var key = ECDsa.Create();
        key.ImportFromPem(SecretFile.ReadOrCreate(Path.Combine(folder, "staff-key.pem"), NewKey));
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        _key = new ECDsaSecurityKey(key) { KeyId = Base64UrlEncoder.Encode(SHA256.HashData([.. point.X!, .. point.Y!]))[..16] };
        KeySetFile = Path.Combine(folder, "staff-keys.json");
        File.WriteAllText(KeySetFile, KeySet(_key.KeyId, point));
    }

    /// <summary>The JSON Web Key Set with the public key.</summary>
    public string KeySetFile { get; }

    /// <summary>A signed token.</summary>
    /// <param name="subject">Who: the name in the audit trail.</param>
    /// <param name="roles">What they may do.</param>
    /// <param name="lifetime">How long it is good; a working day of eight hours by default.</param>
    public string Issue(string subject, IEnumerable<string> roles, TimeSpan? lifetime = null)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["roles"] = roles.ToArray() },
            IssuedAt = now,
            NotBefore = now < now + (lifetime ?? WorkingDay) ? now : now + lifetime,
            Expires = now + (lifetime ?? WorkingDay),
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>Whether the API takes it as the subject of a token.</summary>
    public static bool IsSubject(string? subject) => subject is { Length: >= 1 and <= 255 } && subject.All(c => c is > ' ' and <= '~');

    internal static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string KeySet(string id, ECPoint point) => JsonSerializer.Serialize(new
    {
        keys = new[]
        {
            new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid = id, x = Base64UrlEncoder.Encode(
                point.X), y = Base64UrlEncoder.Encode(point.Y) },
        },
    });
}
