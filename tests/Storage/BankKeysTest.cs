using System.Security.Cryptography;
using BktSmart.Authentication;
using BktSmart.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Tests.Storage;

public sealed class BankKeysTest : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bktsmart-keys").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>
    /// Replacing the signing key in three steps: at each step, what is signed then and what was signed a step before is good by the keys
    /// that are published.
    /// </summary>
    [Fact]
    public async Task PublicKeys_SigningKeyIsReplaced_TokensOfBothStepsAreGood()
    {
        var (old, next) = (NewKey(), NewKey());
        Write("pepper.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        Write("access-token.pem", Private(old));
        var (token1, keys1) = Sign();

        Write("access-token-next.pem", Private(next));
        var (token2, keys2) = Sign();
        Write("access-token.pem", Private(next));
        File.Delete(Path.Combine(_folder, "access-token-next.pem"));
        Write("access-token-previous.pem", old.ExportSubjectPublicKeyInfoPem());
        var (token3, keys3) = Sign();
        File.Delete(Path.Combine(_folder, "access-token-previous.pem"));
        var (_, keys4) = Sign();

        // During a rollout a token of either step meets the keys of either step.
        foreach (var (token, keys) in ((Secret, string)[])
        [
            (token1, keys1), (token1, keys2),
            (token2, keys1), (token2, keys3),
            (token3, keys2), (token3, keys3), (token3, keys4),
        ])
            Assert.True(await IsGoodAsync(token, keys));
        Assert.False(await IsGoodAsync(token3, keys1), "It was not published yet.");
        Assert.False(await IsGoodAsync(token1, keys4), "It is published no more.");
        old.Dispose();
        next.Dispose();
    }

    [Fact]
    public void FindProblem_PublicHalfForTheSigningKey_IsNamed()
    {
        using var key = NewKey();
        Write("pepper.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        Write("access-token.pem", key.ExportSubjectPublicKeyInfoPem());
        Assert.Contains("access-token.pem", BankKeys.FindProblem(Options), StringComparison.Ordinal);
        Write("access-token.pem", Private(key));
        Assert.Null(BankKeys.FindProblem(Options));
        Write("access-token-next.pem", "no key");
        Assert.NotNull(BankKeys.FindProblem(Options));
    }

    [Fact]
    public void AttemptId_AnythingElse_IsAnotherAttempt()
    {
        using var key = NewKey();
        Write("pepper.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        Write("access-token.pem", Private(key));
        using var keys = new BankKeys(Microsoft.Extensions.Options.Options.Create(Options));
        Guid request = Guid.NewGuid(), other = Guid.NewGuid();
        Guid[] ids =
        [
            keys.AttemptId("SignIn", request, "ab", "c"), keys.AttemptId("SignIn", request, "a", "bc"),
            keys.AttemptId("SignIn", request, "abc"), keys.AttemptId("SignIn", request, "ab", "c", ""),
            keys.AttemptId("SignI", request, "nab", "c"), keys.AttemptId("Payment", request, "ab", "c"),
            keys.AttemptId("SignIn", other, "ab", "c"),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(8, id.Version));
        Assert.Equal(ids[0], keys.AttemptId("SignIn", request, "ab", "c"));
        Write("pepper.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        using var otherKeys = new BankKeys(Microsoft.Extensions.Options.Options.Create(Options));
        Assert.NotEqual(ids[0], otherKeys.AttemptId("SignIn", request, "ab", "c"));
    }

    private KeyOptions Options => new() { Directory = _folder };

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static string Private(ECDsa key) => key.ExportPkcs8PrivateKeyPem();

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(_folder, file), content);

    private (Secret Token, string Keys) Sign()
    {
        using var keys = new BankKeys(Microsoft.Extensions.Options.Options.Create(Options));
        var issuer = new TokenIssuer(keys, Microsoft.Extensions.Options.Options.Create(new SessionOptions()));
        var now = DateTimeOffset.UtcNow;
        return (
            issuer.Issue(
                CustomerNumber.From(100_000_001), Guid.NewGuid(), 1, now, now, now.AddHours(1), onlyPasswordChange: false,
                Language.Albanian).AccessToken,
            issuer.PublicKeys());
    }

    private static async Task<bool> IsGoodAsync(Secret token, string keys) =>
        (await new JsonWebTokenHandler().ValidateTokenAsync(token.Value, new TokenValidationParameters
        {
            ValidIssuer = AccessTokens.Issuer,
            ValidAudience = AccessTokens.Audience,
            IssuerSigningKeys = new JsonWebKeySet(keys).GetSigningKeys(),
        })).IsValid;
}
