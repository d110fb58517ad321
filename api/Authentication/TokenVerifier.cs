using BktSmart.Errors;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Authentication;

/// <summary>
/// Verifies the two kinds of bearer tokens, each with its own issuer, audience and keys, so that one is never good for the other: the
/// access tokens that the silo gives customers, and the tokens that the bank's identity provider gives staff.
/// </summary>
internal sealed class TokenVerifier
{
    /// <summary>Difference between the clocks of the issuer and this host that is tolerated.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly CustomerTokenKeys _customerKeys;
    private readonly VerifiedTokens _verified;
    private readonly RevokedSessions _revoked;
    private readonly TimeProvider _time;
    private readonly TokenValidationParameters _customer;
    private readonly TokenValidationParameters _staff;
    private readonly StaffTokenOptions _staffTokens;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? _identityProvider;

    public TokenVerifier(
        CustomerTokenKeys customerKeys, VerifiedTokens verified, RevokedSessions revoked, IOptions<StaffTokenOptions> staffTokens,
        TimeProvider time)
    {
        _customerKeys = customerKeys;
        _verified = verified;
        _revoked = revoked;
        _time = time;
        _customer = Parameters(AccessTokens.Audience, time, SecurityAlgorithms.EcdsaSha256);
        _customer.ValidIssuer = AccessTokens.Issuer;
        _customer.IssuerSigningKeyResolver = (_, _, keyId, _) => customerKeys.Find(keyId) is { } key ? [key] : [];

        var staff = _staffTokens = staffTokens.Value;
        _staff = Parameters(
            staff.Audience, time, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256);
        _staff.ValidIssuer = staff.Issuer;
        if (string.IsNullOrEmpty(staff.Authority))
        {
            _staff.IssuerSigningKeys = staff.ReadDevelopmentKeys();
            return;
        }

        _identityProvider = new ConfigurationManager<OpenIdConnectConfiguration>(
            staff.Authority.TrimEnd('/') + "/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = true });
        _staff.ConfigurationManager = _identityProvider;
    }

    /// <param name="outlivesSession">Whether the token may be of a session that has ended.</param>
    /// <exception cref="RefusedException">The token is refused, or there are no keys to judge it by.</exception>
    public async ValueTask<SignedInCustomer> VerifyCustomer(
        ReadOnlyMemory<char> token, bool outlivesSession, CancellationToken cancellationToken)
    {
        if (_verified.Find(token.Span, _customerKeys.Current) is { } known)
            return HasExpired(known.TokenExpiresAt.UtcDateTime, _time.GetUtcNow().UtcDateTime)
                ? throw Refuse.Because(Reason.TokenExpired)
                : OrRevoked(known, outlivesSession);

        var jwt = Read(token);
        await _customerKeys.Prepare(jwt.Kid, cancellationToken);
        if (!_customerKeys.Available)
            throw Refuse.Because(Reason.Unavailable);

        // Before the token is verified: if the keys change meanwhile, the entry must not count as verified with the new ones.
        var keys = _customerKeys.Current;
        var verified = ToVerified(await _handler.ValidateTokenAsync(jwt, _customer));
        if (!CustomerNumber.TryParse(verified.Claims.FindFirst(JwtRegisteredClaimNames.Sub)?.Value, out var number)
            || !Guid.TryParse(verified.Claims.FindFirst(AccessTokens.SessionClaim)?.Value, out var session))
            throw Refuse.Because(Reason.TokenInvalid);

        var onlyPasswordChange = verified.Claims.HasClaim(AccessTokens.ScopeClaim, AccessTokens.OnlyPasswordChange);
        var language = verified.Claims.HasClaim(AccessTokens.LocaleClaim, AccessTokens.English) ? Language.English : Language.Albanian;
        var customer = new SignedInCustomer(number, session, verified.ExpiresAt, onlyPasswordChange, Language: language);
        _verified.Add(token.Span, keys, customer);
        return OrRevoked(customer, outlivesSession);
    }

    /// <summary>A token is good for as long as its session; without news of sessions nobody knows.</summary>
    private SignedInCustomer OrRevoked(SignedInCustomer customer, bool outlivesSession)
    {
        var hasEnded = _revoked.Contains(customer.SessionId);
        if (hasEnded && !outlivesSession)
            throw Refuse.Because(Reason.SessionEnded);
        if (!_revoked.IsFresh)
            throw Refuse.Because(Reason.Unavailable);
        return hasEnded ? customer with { SessionHasEnded = true } : customer;
    }

    /// <inheritdoc cref="VerifyCustomer"/>
    public async Task<VerifiedStaff> VerifyStaff(ReadOnlyMemory<char> token, CancellationToken cancellationToken)
    {
        var jwt = Read(token);
        try
        {
            // Cached; it is asked here because the library takes a provider that cannot be reached for a bad token.
            if (_identityProvider is not null)
                await _identityProvider.GetConfigurationAsync(cancellationToken);
        }
        catch (InvalidOperationException)
        {
            throw Refuse.Because(Reason.Unavailable);
        }

        var result = await _handler.ValidateTokenAsync(jwt, _staff);
        // The provider may have new keys. The library limits how often it looks.
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
            _identityProvider?.RequestRefresh();
        AssertValid(result);
        return StaffTokenRules.TryRead(jwt, _staffTokens, out var subject, out var roles)
            ? new VerifiedStaff(subject, roles)
            : throw Refuse.Because(Reason.TokenInvalid);
    }

    private static JsonWebToken Read(ReadOnlyMemory<char> token)
    {
        try
        {
            return new JsonWebToken(token.ToString());
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException)
        {
            throw Refuse.Because(Reason.TokenInvalid);
        }
    }

    private static VerifiedToken ToVerified(TokenValidationResult result)
    {
        AssertValid(result);
        return new VerifiedToken(result.ClaimsIdentity, result.SecurityToken.ValidTo);
    }

    private static void AssertValid(TokenValidationResult result)
    {
        if (!result.IsValid)
            throw Refuse.Because(result.Exception is SecurityTokenExpiredException ? Reason.TokenExpired : Reason.TokenInvalid);
    }

    private static TokenValidationParameters Parameters(string audience, TimeProvider time, params string[] algorithms) => new()
    {
        ValidAudience = audience,
        ValidAlgorithms = algorithms,
        LifetimeValidator = (notBefore, expires, _, _) => IsInForce(notBefore, expires, time.GetUtcNow().UtcDateTime),
        // A token without a key id would be tried against every key.
        TryAllIssuerSigningKeys = false,
    };

    private static bool HasExpired(DateTime expires, DateTime now) => expires + ClockSkew < now;

    // The library has its own clock; this is its check with ours.
    private static bool IsInForce(DateTime? notBefore, DateTime? expires, DateTime now)
    {
        if (expires is { } end && HasExpired(end, now))
            throw new SecurityTokenExpiredException();
        return expires is not null && (notBefore is null || notBefore - ClockSkew <= now);
    }
}
