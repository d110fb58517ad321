using Orleans.CodeGeneration;

namespace BktSmart.Authentication;

/// <summary>
/// One FNP on its way; key: <see cref="AuthenticationGrains.FnpSession"/>. Also exists for an outsider's first step, and is then never
/// right.
///
/// The first step goes through it, so that the same step again, at once or later, is one attempt: whoever comes while the first waits for
/// its hash waits for that. Until it expires, the answer is the challenge that there is. What was looked at and counted is counted once,
/// also if it was refused. What was not, such as <see cref="Reason.Overloaded"/>, is tried anew. No step ends with its caller.
/// </summary>
/// <remarks>The version is never lowered: what silos with a higher one call, Orleans gives to no silo with a lower.</remarks>
[Alias("bktsmart.IFnpSessionGrain"), Version(1)]
public interface IFnpSessionGrain : IGrainWithStringKey
{
    /// <summary>Step one of a sign-in: tries the password, as <see cref="ICredentialsGrain.TryPassword"/> does.</summary>
    /// <param name="nobody">For an identifier that no customer has.</param>
    [Alias("BeginSignIn")]
    Task<Result<FnpChallenge>> BeginSignIn(
        CustomerNumber customer, bool nobody, Secret password, Device device, string origin, CancellationToken cancellationToken);

    /// <summary>Step one of those who have no password, or no longer know it.</summary>
    /// <param name="nobody">For an identifier that no customer has.</param>
    /// <param name="inOrder">Whether the card and everything else is right.</param>
    [Alias("BeginNewPassword")]
    Task<Result<FnpChallenge>> BeginNewPassword(
        FnpPurpose purpose, CustomerNumber customer, bool nobody, bool inOrder, Device device, string origin,
        CancellationToken cancellationToken);

    /// <summary>Step one of changing the password, in a session.</summary>
    [Alias("BeginPasswordChange")]
    Task<Result<FnpChallenge>> BeginPasswordChange(
        CustomerNumber customer, Guid sessionId, Secret password, string origin, CancellationToken cancellationToken);

    /// <summary>Sends the FNP that confirms a request of somebody who is signed in.</summary>
    [Alias("BeginConfirmation")]
    Task<Result<FnpChallenge>> BeginConfirmation(
        Requester requester, FnpPurpose purpose, FnpMatter matter, CancellationToken cancellationToken);

    /// <summary>The challenge of an attempt that was begun and has not expired; null where there is none.</summary>
    [Alias("Find")]
    Task<FnpChallenge?> Find(CancellationToken cancellationToken);

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
