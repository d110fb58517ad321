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
/// A first step goes on in the FNP session whose id follows from the request (<see cref="BankKeys.AttemptId"/>): the same request finds the
/// same one, and the bank has nothing to keep of its id. Once an FNP was right it is used up, so what follows no longer ends with the
/// caller.
/// </summary>
[StatelessWorker, Reentrant]
internal sealed partial class AuthenticationGrain(
    CustomerStore customers, CardStore cards, CredentialsStore credentials, FnpMessageStore messages, BankKeys keys, TokenIssuer issuer,
    [BankClock] TimeProvider time, ILogger<AuthenticationGrain> logger)
    : Grain, IAuthenticationGrain
{
    public Task<Result<FnpChallenge>> BeginEnrolment(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin, Guid requestId,
        CancellationToken cancellationToken) =>
        BeginByCardAsync(FnpPurpose.Enrolment, identifier, cardNumber, expiry, device, origin, requestId, cancellationToken);

    public Task<Result<Done>> CompleteEnrolment(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken) =>
        SetPasswordAsync(FnpPurpose.Enrolment, fnpSessionId, deviceId, fnp, password, origin, cancellationToken);

    public Task<Result<FnpChallenge>> BeginPasswordReset(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin, Guid requestId,
        CancellationToken cancellationToken) =>
        BeginByCardAsync(FnpPurpose.PasswordReset, identifier, cardNumber, expiry, device, origin, requestId, cancellationToken);

    public Task<Result<Done>> CompletePasswordReset(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken) =>
        SetPasswordAsync(FnpPurpose.PasswordReset, fnpSessionId, deviceId, fnp, password, origin, cancellationToken);

    public async Task<Result<FnpChallenge>> BeginSignIn(
        CustomerIdentifier identifier, Secret password, Device device, string origin, Guid requestId,
        CancellationToken cancellationToken)
    {
        var attempt = AttemptOf(FnpPurpose.SignIn, requestId, [TextOf(identifier), password.Value, .. PartsOf(device)]);
        var number = await customers.FindAsync(identifier, cancellationToken);
        return await attempt.BeginSignIn(
            number ?? NobodysNumber(identifier), nobody: number is null, password, device, origin, cancellationToken);
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

    public Task<Result<FnpChallenge>> BeginPasswordChange(
        CustomerNumber customer, Guid sessionId, Secret password, string origin, Guid requestId, CancellationToken cancellationToken) =>
        AttemptOf(FnpPurpose.PasswordChange, requestId, [customer.ToString(), sessionId.ToString("N"), password.Value])
            .BeginPasswordChange(customer, sessionId, password, origin, cancellationToken);

    public async Task<Result<SignedIn>> CompletePasswordChange(
        CustomerNumber customer, Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, Guid sessionId,
        CancellationToken cancellationToken)
    {
        // Before the FNP is looked at: whoever has the token of an ended session can do nothing with it, and not count a wrong FNP either.
        if (!await credentials.MayCompleteChangeAsync(customer, sessionId, fnpSessionId, cancellationToken))
            return Reason.SessionEnded;
        var changed = await ProveAndSetPasswordAsync(
            FnpPurpose.PasswordChange, customer, fnpSessionId, deviceId, fnp, password, origin, sessionId, cancellationToken);
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

    public async Task<Result<SessionTokens>> RefreshSession(
        Secret refreshToken, Guid requestId, CancellationToken cancellationToken) =>
        keys.TryReadRefreshToken(refreshToken, out var session, out var generation)
            ? await GrainFactory.Session(session).Refresh(generation, requestId, cancellationToken)
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
        var hash = BitConverter.ToUInt32(SHA256.HashData(Encoding.ASCII.GetBytes(TextOf(identifier))));
        return CustomerNumber.From(100_000_000 + (int)(hash % 900_000_000));
    }

    /// <summary>A number has other characters than a NID.</summary>
    private static string TextOf(CustomerIdentifier identifier) =>
        identifier.Number?.ToString() ?? identifier.NationalId!.Value.Value;

    private static string[] PartsOf(Device device) =>
        [device.Id.ToString("N"), device.Name, device.Platform.ToString(), device.PushToken ?? ""];

    /// <summary>The FNP session of a first step.</summary>
    private IFnpSessionGrain AttemptOf(FnpPurpose purpose, Guid requestId, string[] content) =>
        GrainFactory.FnpSession(keys.AttemptId(purpose.ToString(), requestId, content));

    /// <summary>The first step of those who have no password, or no longer know it.</summary>
    private async Task<Result<FnpChallenge>> BeginByCardAsync(
        FnpPurpose purpose, CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin,
        Guid requestId, CancellationToken cancellationToken)
    {
        var attempt = AttemptOf(purpose, requestId, [TextOf(identifier), cardNumber.Value, expiry.ToString(), .. PartsOf(device)]);
        var number = await customers.FindAsync(identifier, cancellationToken);
        var customer = await customers.FindAsync(number ?? NobodysNumber(identifier), cancellationToken);
        var card = await cards.FindAsync(keys.CardFingerprint(cardNumber), cancellationToken);
        var obstacles = number is null || customer is null ? [Reason.CustomerNotFound] : customer.EnrolmentObstacles;
        var cardIsRight = card is { IsBlocked: false } found && found.Customer == number && found.ExpiresOn == expiry.LastDay
            && found.ExpiresOn >= BankTime.Today(time);
        if (obstacles.Count > 0)
            LogObstacle(purpose, obstacles[0]);
        return await attempt.BeginNewPassword(
            purpose, number ?? NobodysNumber(identifier), nobody: number is null, obstacles.Count == 0 && cardIsRight, device, origin,
            cancellationToken);
    }

    private async Task<Result<Done>> SetPasswordAsync(
        FnpPurpose purpose, Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin,
        CancellationToken cancellationToken)
    {
        var set = await ProveAndSetPasswordAsync(
            purpose, customer: null, fnpSessionId, deviceId, fnp, password, origin, sessionId: Guid.Empty, cancellationToken);
        return set.Succeeded ? Done.Value : set.Refusal;
    }

    /// <param name="customer">Whose FNP it must be; null where the FNP says who it is.</param>
    /// <returns>The proof, with the epoch that the new password began.</returns>
    private async Task<Result<FnpProof>> ProveAndSetPasswordAsync(
        FnpPurpose purpose, CustomerNumber? customer, Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin,
        Guid sessionId, CancellationToken cancellationToken)
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
                proof.Value.Epoch, purpose, password, proof.Value.Device, origin, proof.Value.Use, fnpSessionId, sessionId,
                CancellationToken.None);
        if (set.Succeeded)
            return proof.Value with { Epoch = set.Value };
        if (set.Refusal.Field == "password" || set.Refusal.Reason == Reason.Overloaded)
            await session.Reopen(CancellationToken.None);
        return set.Refusal;
    }

    [LoggerMessage(2002, LogLevel.Information, "Refused to send an FNP for {Purpose}: {Reason}")]
    private partial void LogObstacle(FnpPurpose purpose, Reason reason);
}
