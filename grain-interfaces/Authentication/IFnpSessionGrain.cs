namespace BktSmart.Authentication;

/// <summary>
/// One FNP on its way; key: <see cref="AuthenticationGrains.FnpSession"/>. Also exists for an outsider's first step, and is then never
/// right.
/// </summary>
[Alias("bktsmart.IFnpSessionGrain")]
public interface IFnpSessionGrain : IGrainWithStringKey
{
    /// <summary>Starts the session and, with a customer, sends the FNP. Can be called once.</summary>
    /// <param name="begun">Null for a decoy.</param>
    /// <param name="matter">Null where the purpose says it all.</param>
    [Alias("Start")]
    Task<FnpChallenge> Start(FnpBegun? begun, FnpPurpose purpose, FnpMatter? matter, Device device, CancellationToken cancellationToken);

    /// <summary>
    /// Checks the FNP against purpose and device; every wrong try counts, and is durable before its answer. It is good for one use. Until
    /// it expires it proves that use again, because the answer may have been lost: a payment, which the ledger books once, a sign-in and a
    /// new password, which know their use by <see cref="FnpProof.Use"/>. Another content than the one that it was sent for makes the FNP
    /// void.
    /// </summary>
    /// <param name="content">Of the <see cref="FnpMatter"/>; null where there is none.</param>
    [Alias("Verify")]
    Task<Result<FnpProof>> Verify(
        FnpPurpose purpose, string? content, Guid deviceId, Secret fnp, string origin, CancellationToken cancellationToken);

    /// <summary>The FNP was right and what it was for was not: it may be given once more, until it expires.</summary>
    [Alias("Reopen")]
    Task Reopen(CancellationToken cancellationToken);

    /// <summary>Sends another FNP (R8); the one before is worth nothing, and no try comes back.</summary>
    [Alias("Resend"), ForApi]
    Task<Result<FnpChallenge>> Resend(Guid deviceId, CancellationToken cancellationToken);

    [Alias("GetDelivery"), ForApi]
    Task<Result<FnpDelivery>> GetDelivery(Guid deviceId, CancellationToken cancellationToken);
}
