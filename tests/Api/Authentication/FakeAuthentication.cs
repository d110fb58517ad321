using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using BktSmart.Answers;
using BktSmart.Cards;
using BktSmart.Values;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Authentication;

/// <summary>A signing key and the tokens that it makes.</summary>
internal sealed class Signer(string keyId) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeySet => KeySetOf(this);

    private object PublicKey
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return new
            {
                kty = "EC",
                crv = "P-256",
                kid = keyId,
                use = "sig",
                alg = "ES256",
                x = Base64UrlEncoder.Encode(point.X),
                y = Base64UrlEncoder.Encode(point.Y),
            };
        }
    }

    public static string KeySetOf(params Signer[] signers) =>
        JsonSerializer.Serialize(new { keys = signers.Select(signer => signer.PublicKey) });

    public string Sign(
        string issuer, string audience, DateTimeOffset expires, Dictionary<string, object> claims, DateTimeOffset? issued = null) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Claims = claims,
            IssuedAt = (issued ?? expires.AddMinutes(-10)).UtcDateTime,
            NotBefore = expires.UtcDateTime.AddMinutes(-10),
            Expires = expires.UtcDateTime,
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_key) { KeyId = keyId }, SecurityAlgorithms.EcdsaSha256)
            {
                CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
            },
        });

    public void Dispose() => _key.Dispose();
}

/// <summary>A cluster that publishes one key set and counts how often it is asked.</summary>
internal sealed class FakeAuthentication : IAuthenticationGrain
{
    public string KeySet { get; set; } = "";

    public bool Away { get; set; }

    public int KeyFetches { get; private set; }

    /// <summary>Whether no question about ended sessions gets an answer.</summary>
    public bool Silent { get; set; }

    /// <summary>The sessions that ended.</summary>
    public ConcurrentQueue<Guid> Ended { get; } = [];

    /// <summary>One for each time that they were asked for.</summary>
    public Channel<DateTimeOffset> Asked { get; } = Channel.CreateUnbounded<DateTimeOffset>();

    public Task<string> GetTokenKeys(CancellationToken cancellationToken)
    {
        KeyFetches++;
        return Away ? throw new Orleans.Runtime.SiloUnavailableException() : Task.FromResult(KeySet);
    }

    public Task<Revocations> GetRevocations(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var answer = new Revocations([.. Ended], since, since);
        var silent = Silent;
        Asked.Writer.TryWrite(since);
        return silent ? new TaskCompletionSource<Revocations>().Task : Task.FromResult(answer);
    }

    public Task<Result<FnpChallenge>> BeginEnrolment(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin, Guid requestId,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Result<Done>> CompleteEnrolment(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Result<FnpChallenge>> BeginSignIn(
        CustomerIdentifier identifier, Secret password, Device device, string origin, Guid requestId,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Result<SignedIn>> CompleteSignIn(
        Guid fnpSessionId, Guid deviceId, Secret fnp, string origin, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Result<FnpChallenge>> BeginPasswordReset(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin, Guid requestId,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Result<Done>> CompletePasswordReset(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Result<FnpChallenge>> BeginPasswordChange(
        CustomerNumber customer, Guid sessionId, Secret password, string origin, Guid requestId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Result<SignedIn>> CompletePasswordChange(
        CustomerNumber customer, Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, Guid sessionId,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task ReportFnp(string reference, string origin, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Result<SessionTokens>> RefreshSession(Secret refreshToken, Guid requestId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
