using System.Security.Cryptography;
using System.Text;
using BktSmart.Answers;
using BktSmart.Customers;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace BktSmart.Authentication;

/// <summary>
/// Holds nothing, and is reentrant, so that a crowd that waits for its hashes does not keep others from the door. For somebody unknown it goes the same way as for a
/// customer: over the credentials of a number that nobody has, a hash that no password makes, and an FNP session that no code opens, so that the answers say nothing.
///
/// Once an FNP was right it is used up, so what follows no longer ends with the caller.
/// </summary>
[StatelessWorker, Reentrant]
internal sealed partial class AuthenticationGrain(
    CustomerStore customers, BankKeys keys, PasswordHasher hasher, TokenIssuer issuer, TimeProvider time, ILogger<AuthenticationGrain> logger)
    : Grain, IAuthenticationGrain
{
    public async Task<Result<FnpChallenge>> BeginEnrolment(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, CancellationToken cancellationToken)
    {
        var number = await customers.FindAsync(identifier, cancellationToken);
        var customer = await customers.FindAsync(number ?? NobodysNumber(identifier), cancellationToken);
        var card = await customers.FindCardAsync(keys.CardFingerprint(cardNumber), cancellationToken);
        var obstacles = number is null || customer is null ? [Reason.CustomerNotFound] : customer.EnrolmentObstacles;
        var cardIsRight = card is { } found && found.Customer == number && found.ExpiresOn == expiry.LastDay
            && found.ExpiresOn >= BankTime.Today(time);
        if (obstacles.Count > 0)
            LogEnrolmentObstacle(obstacles[0]);
        return await StartFnpAsync(obstacles.Count == 0 && cardIsRight ? number : null, FnpPurpose.Enrolment, device, cancellationToken);
    }

    public async Task<Result<Done>> CompleteEnrolment(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, CancellationToken cancellationToken)
    {
        if (PasswordPolicy.Check(password) is { } refusal)
            return refusal;
        if (hasher.IsBusy)
            return Reason.Overloaded;

        var proof = await GrainFactory.FnpSession(fnpSessionId).Verify(FnpPurpose.Enrolment, deviceId, fnp, cancellationToken);
        if (!proof.Succeeded)
            return proof.Refusal;
        var hash = await hasher.HashAsync(PasswordPolicy.Normalise(password), CancellationToken.None);
        await GrainFactory.Credentials(proof.Value.Customer).SetPasswordHash(new Secret(hash), CancellationToken.None);
        return Done.Value;
    }

    public async Task<Result<FnpChallenge>> BeginSignIn(
        CustomerIdentifier identifier, Secret password, Device device, CancellationToken cancellationToken)
    {
        if (hasher.IsBusy)
            return Reason.Overloaded;

        var number = await customers.FindAsync(identifier, cancellationToken);
        var hash = await GrainFactory.Credentials(number ?? NobodysNumber(identifier)).GetPasswordHash(cancellationToken);
        var passwordIsRight = await hasher.VerifyAsync(PasswordPolicy.Normalise(password), number is null ? null : hash?.Value, cancellationToken);
        return await StartFnpAsync(passwordIsRight ? number : null, FnpPurpose.SignIn, device, cancellationToken);
    }

    public async Task<Result<SessionTokens>> CompleteSignIn(Guid fnpSessionId, Guid deviceId, Secret fnp, CancellationToken cancellationToken)
    {
        var proof = await GrainFactory.FnpSession(fnpSessionId).Verify(FnpPurpose.SignIn, deviceId, fnp, cancellationToken);
        if (!proof.Succeeded)
            return proof.Refusal;
        return await GrainFactory.Credentials(proof.Value.Customer).OpenSession(proof.Value.Device, CancellationToken.None);
    }

    public async Task<Result<SessionTokens>> RefreshSession(Secret refreshToken, CancellationToken cancellationToken) =>
        keys.TryReadRefreshToken(refreshToken, out var session, out var generation)
            ? await GrainFactory.Session(session).Refresh(generation, cancellationToken)
            : Reason.SessionEnded;

    public Task<string> GetTokenKeys(CancellationToken cancellationToken) => Task.FromResult(issuer.PublicKeys());

    /// <summary>
    /// A number to do the work for when nobody is meant: the same for the same identifier, so that a second attempt is as warm as a customer's. What it finds is not
    /// looked at.
    /// </summary>
    private static CustomerNumber NobodysNumber(CustomerIdentifier identifier)
    {
        var text = identifier.Number?.ToString() ?? identifier.NationalId!.Value.Value;
        var hash = BitConverter.ToUInt32(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
        return CustomerNumber.From(100_000_000 + (int)(hash % 900_000_000));
    }

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
