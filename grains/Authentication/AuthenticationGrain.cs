using System.Security.Cryptography;
using System.Text;
using BktSmart.Cards;
using BktSmart.Customers;
using BktSmart.Keys;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace BktSmart.Authentication;

/// <summary>
/// Holds nothing, and is reentrant, so that a crowd that waits for its hashes does not keep others from the door. Whether too many wait is
/// asked where the hash is made. For somebody unknown it goes the same way as for a customer: over the credentials of a number that nobody
/// has, a hash that no password makes, and an FNP session that no code opens, so that the answers say nothing.
///
/// Once an FNP was right it is used up, so what follows no longer ends with the caller.
/// </summary>
[StatelessWorker, Reentrant]
internal sealed partial class AuthenticationGrain(
    CustomerStore customers, CardStore cards, CredentialsStore credentials, FnpMessageStore messages, BankKeys keys, TokenIssuer issuer,
    TimeProvider time, ILogger<AuthenticationGrain> logger)
    : Grain, IAuthenticationGrain
{
    public Task<Result<FnpChallenge>> BeginEnrolment(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin,
        CancellationToken cancellationToken) =>
        BeginByCardAsync(FnpPurpose.Enrolment, identifier, cardNumber, expiry, device, origin, cancellationToken);

    public Task<Result<Done>> CompleteEnrolment(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken) =>
        SetPasswordAsync(FnpPurpose.Enrolment, fnpSessionId, deviceId, fnp, password, origin, cancellationToken);

    public Task<Result<FnpChallenge>> BeginPasswordReset(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin,
        CancellationToken cancellationToken) =>
        BeginByCardAsync(FnpPurpose.PasswordReset, identifier, cardNumber, expiry, device, origin, cancellationToken);

    public Task<Result<Done>> CompletePasswordReset(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken) =>
        SetPasswordAsync(FnpPurpose.PasswordReset, fnpSessionId, deviceId, fnp, password, origin, cancellationToken);

    public async Task<Result<FnpChallenge>> BeginSignIn(
        CustomerIdentifier identifier, Secret password, Device device, string origin, CancellationToken cancellationToken)
    {
        var number = await customers.FindAsync(identifier, cancellationToken);
        var epoch = await GrainFactory.Credentials(number ?? NobodysNumber(identifier)).TryPassword(
            password, device, origin, nobody: number is null, cancellationToken);
        return await StartAfterAttemptAsync(number, epoch, FnpPurpose.SignIn, device);
    }

    public async Task<Result<SignedIn>> CompleteSignIn(
        Guid fnpSessionId, Guid deviceId, Secret fnp, string origin, CancellationToken cancellationToken)
    {
        var proof = await GrainFactory.FnpSession(fnpSessionId).Verify(
            FnpPurpose.SignIn, content: null, deviceId, fnp, origin, cancellationToken);
        return proof.Succeeded
            ? await GrainFactory.Credentials(proof.Value.Customer).OpenSession(
                proof.Value.Epoch, proof.Value.Device, origin, proof.Value.Use, CancellationToken.None)
            : proof.Refusal;
    }

    public async Task<Result<FnpChallenge>> BeginPasswordChange(
        CustomerNumber customer, Guid sessionId, Secret password, string origin, CancellationToken cancellationToken)
    {
        var confirmed = await GrainFactory.Credentials(customer).ConfirmPassword(sessionId, password, origin, cancellationToken);
        return confirmed.Succeeded
            ? await StartFnpAsync(customer, confirmed.Value.Epoch, FnpPurpose.PasswordChange, confirmed.Value.Device, cancellationToken)
            : confirmed.Refusal;
    }

    public async Task<Result<SignedIn>> CompletePasswordChange(
        CustomerNumber customer, Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin,
        CancellationToken cancellationToken)
    {
        var changed = await ProveAndSetPasswordAsync(
            FnpPurpose.PasswordChange, customer, fnpSessionId, deviceId, fnp, password, origin, cancellationToken);
        return changed.Succeeded
            ? await GrainFactory.Credentials(customer).OpenSession(
                changed.Value.Epoch, changed.Value.Device, origin, changed.Value.Use, CancellationToken.None)
            : changed.Refusal;
    }

    public async Task ReportFnp(string reference, string origin, CancellationToken cancellationToken)
    {
        var found = await messages.FindCustomerAsync(reference, cancellationToken);
        SecurityMetrics.CountReport(found is not null);
        if (found is { } customer)
            await GrainFactory.Credentials(customer).ReportFnp(origin, CancellationToken.None);
    }

    public async Task<Result<SessionTokens>> RefreshSession(Secret refreshToken, CancellationToken cancellationToken) =>
        keys.TryReadRefreshToken(refreshToken, out var session, out var generation)
            ? await GrainFactory.Session(session).Refresh(generation, cancellationToken)
            : Reason.SessionEnded;

    public Task<string> GetTokenKeys(CancellationToken cancellationToken) => Task.FromResult(issuer.PublicKeys());

    public Task<Revocations> GetRevocations(DateTimeOffset since, CancellationToken cancellationToken) =>
        credentials.ReadRevocationsAsync(since, cancellationToken);

    /// <summary>
    /// A number to do the work for when nobody is meant: the same for the same identifier, so that a second attempt is as warm as a
    /// customer's. What it finds is not looked at.
    /// </summary>
    private static CustomerNumber NobodysNumber(CustomerIdentifier identifier)
    {
        var text = identifier.Number?.ToString() ?? identifier.NationalId!.Value.Value;
        var hash = BitConverter.ToUInt32(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
        return CustomerNumber.From(100_000_000 + (int)(hash % 900_000_000));
    }

    /// <summary>The first step of those who have no password, or no longer know it.</summary>
    private async Task<Result<FnpChallenge>> BeginByCardAsync(
        FnpPurpose purpose, CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin,
        CancellationToken cancellationToken)
    {
        var number = await customers.FindAsync(identifier, cancellationToken);
        var customer = await customers.FindAsync(number ?? NobodysNumber(identifier), cancellationToken);
        var card = await cards.FindAsync(keys.CardFingerprint(cardNumber), cancellationToken);
        var obstacles = number is null || customer is null ? [Reason.CustomerNotFound] : customer.EnrolmentObstacles;
        var cardIsRight = card is { IsBlocked: false } found && found.Customer == number && found.ExpiresOn == expiry.LastDay
            && found.ExpiresOn >= BankTime.Today(time);
        if (obstacles.Count > 0)
            LogObstacle(purpose, obstacles[0]);
        var epoch = await GrainFactory.Credentials(number ?? NobodysNumber(identifier)).BeginNewPassword(
            purpose, obstacles.Count == 0 && cardIsRight, device, origin, nobody: number is null, cancellationToken);
        return await StartAfterAttemptAsync(number, epoch, purpose, device);
    }

    private async Task<Result<Done>> SetPasswordAsync(
        FnpPurpose purpose, Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin,
        CancellationToken cancellationToken)
    {
        var set = await ProveAndSetPasswordAsync(purpose, customer: null, fnpSessionId, deviceId, fnp, password, origin, cancellationToken);
        return set.Succeeded ? Done.Value : set.Refusal;
    }

    /// <param name="customer">Whose FNP it must be; null where the FNP says who it is.</param>
    /// <returns>The proof, with the epoch that the new password began.</returns>
    private async Task<Result<FnpProof>> ProveAndSetPasswordAsync(
        FnpPurpose purpose, CustomerNumber? customer, Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin,
        CancellationToken cancellationToken)
    {
        if (PasswordPolicy.Check(password) is { } refusal)
            return refusal;

        var session = GrainFactory.FnpSession(fnpSessionId);
        var proof = await session.Verify(purpose, content: null, deviceId, fnp, origin, cancellationToken);
        if (!proof.Succeeded)
            return proof.Refusal;
        if (customer is { } expected && proof.Value.Customer != expected)
            return new Refusal(Reason.FnpExpired, "fnp");

        // What the password has to do with the customer may be said only now.
        var owner = (await customers.FindAsync(proof.Value.Customer, CancellationToken.None))!;
        var context = new PasswordContext(owner.Number, owner.NationalId, owner.Name, owner.Phone);
        var set = PasswordPolicy.Check(password, context) is { } personal
            ? personal
            : await GrainFactory.Credentials(owner.Number).SetPassword(
                proof.Value.Epoch, purpose, password, proof.Value.Device, origin, proof.Value.Use, CancellationToken.None);
        if (set.Succeeded)
            return proof.Value with { Epoch = set.Value };
        if (set.Refusal.Field == "password" || set.Refusal.Reason == Reason.Overloaded)
            await session.Reopen(CancellationToken.None);
        return set.Refusal;
    }

    private async Task<Result<FnpChallenge>> StartAfterAttemptAsync(
        CustomerNumber? customer, int? epoch, FnpPurpose purpose, Device device) =>
        epoch == AttemptEpoch.Overloaded
            ? Reason.Overloaded
            : await StartFnpAsync(customer, epoch, purpose, device, CancellationToken.None);

    private async Task<Result<FnpChallenge>> StartFnpAsync(
        CustomerNumber? customer, int? epoch, FnpPurpose purpose, Device device, CancellationToken cancellationToken)
    {
        var begun = customer is { } number && epoch is { } since ? new FnpBegun(number, since) : null;
        return await GrainFactory.FnpSession(Guid.NewGuid()).Start(begun, purpose, matter: null, device, cancellationToken);
    }

    [LoggerMessage(2002, LogLevel.Information, "Refused to send an FNP for {Purpose}: {Reason}")]
    private partial void LogObstacle(FnpPurpose purpose, Reason reason);
}
