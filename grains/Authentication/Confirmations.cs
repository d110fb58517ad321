using BktSmart.Keys;

namespace BktSmart.Authentication;

/// <summary>
/// Asks for the FNP that confirms a request of somebody who is signed in, and checks it. It is good for the content that it was sent for
/// and for nothing else.
/// </summary>
internal sealed class Confirmations(IGrainFactory grains, BankKeys keys)
{
    /// <summary>
    /// What the same request has begun; null where nothing is. It comes before any other look at the request, which may have been done by
    /// now: then it would be refused as needing no FNP.
    /// </summary>
    /// <param name="requestId">Made by the app.</param>
    public Task<FnpChallenge?> FindAsync(
        Requester requester, FnpPurpose purpose, FnpMatter matter, Guid requestId, CancellationToken cancellationToken) =>
        AttemptOf(requester, purpose, matter, requestId).Find(cancellationToken);

    public Task<Result<FnpChallenge>> BeginAsync(
        Requester requester, FnpPurpose purpose, FnpMatter matter, Guid requestId, CancellationToken cancellationToken) =>
        AttemptOf(requester, purpose, matter, requestId).BeginConfirmation(requester, purpose, matter, cancellationToken);

    /// <summary>
    /// Null when the FNP is right, and everything that it was begun on still holds; the entry in the security log is then written.
    /// </summary>
    public async Task<Refusal?> CheckAsync(
        Requester requester, FnpPurpose purpose, FnpMatter matter, Confirmation confirmation, SecurityEventKind entry,
        CancellationToken cancellationToken)
    {
        var proof = await grains.FnpSession(confirmation.Id).Verify(
            purpose, matter.Content, confirmation.DeviceId, confirmation.Fnp, requester.Origin, cancellationToken);
        return proof.Succeeded
            ? (await grains.Credentials(requester.Number).Act(
                requester.SessionId, proof.Value, entry, requester.Origin, CancellationToken.None)).Refusal
            : proof.Refusal;
    }

    private IFnpSessionGrain AttemptOf(Requester requester, FnpPurpose purpose, FnpMatter matter, Guid requestId) =>
        grains.FnpSession(keys.AttemptId(
            purpose.ToString(), requestId, requester.Number.ToString(), requester.SessionId.ToString("N"), matter.Content));
}
