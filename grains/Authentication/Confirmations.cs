namespace BktSmart.Authentication;

/// <summary>
/// Asks for the FNP that confirms a request of somebody who is signed in, and checks it. It is good for the content that it was sent for
/// and for nothing else.
/// </summary>
internal sealed class Confirmations(IGrainFactory grains)
{
    public async Task<Result<FnpChallenge>> BeginAsync(
        Requester requester, FnpPurpose purpose, FnpMatter matter, CancellationToken cancellationToken)
    {
        var grounds = await grains.Credentials(requester.Number).BeginConfirmation(requester.SessionId, cancellationToken);
        if (!grounds.Succeeded)
            return grounds.Refusal;
        var begun = new FnpBegun(requester.Number, grounds.Value.Epoch);
        return await grains.FnpSession(Guid.NewGuid()).Start(begun, purpose, matter, grounds.Value.Device, cancellationToken);
    }

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
}
