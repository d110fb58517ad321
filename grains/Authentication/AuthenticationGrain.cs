using BktSmart.Answers;
using BktSmart.Customers;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace BktSmart.Authentication;

/// <summary>
/// Holds nothing. For somebody unknown it goes the same way as for a customer, with a hash that nobody's password makes and an FNP session that
/// nobody's code opens, so that the answers say nothing.
/// </summary>
[StatelessWorker]
internal sealed partial class AuthenticationGrain(
    CustomerStore customers, BankKeys keys, PasswordHasher hasher, TokenIssuer issuer, TimeProvider time, ILogger<AuthenticationGrain> logger)
    : Grain, IAuthenticationGrain
{
    public async Task<FnpChallenge> BeginEnrolment(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, CancellationToken cancellationToken)
    {
        var customer = await customers.FindAsync(identifier, cancellationToken);
        var card = await customers.FindCardAsync(keys.CardFingerprint(cardNumber), cancellationToken);
        var obstacles = customer is { } number ? (await customers.FindAsync(number, cancellationToken))!.EnrolmentObstacles : [Reason.CustomerNotFound];
        var cardIsRight = card is { } found && found.Customer == customer && found.ExpiresOn == expiry.LastDay
            && found.ExpiresOn >= BankTime.Today(time);
        if (obstacles.Count > 0)
            LogEnrolmentObstacle(obstacles[0]);
        return await StartFnpAsync(obstacles.Count == 0 && cardIsRight ? customer : null, FnpPurpose.Enrolment, device, cancellationToken);
    }

    public async Task<Result<Done>> CompleteEnrolment(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, CancellationToken cancellationToken)
    {
        if (PasswordPolicy.Check(password) is { } refusal)
            return refusal;

        var proof = await GrainFactory.FnpSession(fnpSessionId).Verify(FnpPurpose.Enrolment, deviceId, fnp, cancellationToken);
        if (!proof.Succeeded)
            return proof.Refusal;
        await GrainFactory.Credentials(proof.Value.Customer).SetPassword(password, cancellationToken);
        return Done.Value;
    }

    public async Task<FnpChallenge> BeginSignIn(
        CustomerIdentifier identifier, Secret password, Device device, CancellationToken cancellationToken)
    {
        var customer = await customers.FindAsync(identifier, cancellationToken);
        var passwordIsRight = customer is { } number
            ? await GrainFactory.Credentials(number).VerifyPassword(password, cancellationToken)
            : await hasher.VerifyAsync(PasswordPolicy.Normalise(password), null, cancellationToken);
        return await StartFnpAsync(passwordIsRight ? customer : null, FnpPurpose.SignIn, device, cancellationToken);
    }

    public async Task<Result<SessionTokens>> CompleteSignIn(Guid fnpSessionId, Guid deviceId, Secret fnp, CancellationToken cancellationToken)
    {
        var proof = await GrainFactory.FnpSession(fnpSessionId).Verify(FnpPurpose.SignIn, deviceId, fnp, cancellationToken);
        if (!proof.Succeeded)
            return proof.Refusal;
        return await GrainFactory.Credentials(proof.Value.Customer).OpenSession(proof.Value.Device, cancellationToken);
    }

    public async Task<Result<SessionTokens>> RefreshSession(Secret refreshToken, CancellationToken cancellationToken) =>
        keys.TryReadRefreshToken(refreshToken, out var session, out var generation)
            ? await GrainFactory.Session(session).Refresh(generation, cancellationToken)
            : Reason.SessionEnded;

    public Task<string> GetTokenKeys(CancellationToken cancellationToken) => Task.FromResult(issuer.PublicKeys());

    private async Task<FnpChallenge> StartFnpAsync(
        CustomerNumber? customer, FnpPurpose purpose, Device device, CancellationToken cancellationToken)
    {
        var session = Guid.NewGuid();
        var expiresAt = await GrainFactory.FnpSession(session).Start(customer, purpose, device, cancellationToken);
        return new FnpChallenge(session, expiresAt);
    }

    [LoggerMessage(2002, LogLevel.Information, "An enrolment was begun by somebody who cannot enrol: {Reason}")]
    private partial void LogEnrolmentObstacle(Reason reason);
}
