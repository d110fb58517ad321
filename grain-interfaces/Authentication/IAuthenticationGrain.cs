using BktSmart.Answers;
using BktSmart.Customers;
using Orleans.Concurrency;

namespace BktSmart.Authentication;

/// <summary>
/// The door for people who are not signed in: finds out who is meant, without saying so, and does the costly hashing. When more are waiting for a hash than a silo
/// lets wait, the answer is <see cref="Reason.Overloaded"/>.
/// </summary>
[Alias("bktsmart.IAuthenticationGrain")]
public interface IAuthenticationGrain : IGrainWithIntegerKey
{
    /// <summary>Step one of enrolment (R3). Sends an FNP if identifier, card, agreement and phone are in order.</summary>
    [Alias("BeginEnrolment")]
    Task<Result<FnpChallenge>> BeginEnrolment(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, CancellationToken cancellationToken);

    /// <summary>Step two of enrolment: the FNP and the new password. A password that the policy refuses does not use up the FNP.</summary>
    [Alias("CompleteEnrolment")]
    Task<Result<Done>> CompleteEnrolment(Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, CancellationToken cancellationToken);

    /// <summary>Step one of sign-in (R4). Sends an FNP if the password is right.</summary>
    [Alias("BeginSignIn")]
    Task<Result<FnpChallenge>> BeginSignIn(CustomerIdentifier identifier, Secret password, Device device, CancellationToken cancellationToken);

    /// <summary>Step two of sign-in: the FNP, from the device that took step one.</summary>
    [Alias("CompleteSignIn")]
    Task<Result<SessionTokens>> CompleteSignIn(Guid fnpSessionId, Guid deviceId, Secret fnp, CancellationToken cancellationToken);

    /// <summary>Exchanges a refresh token for new tokens. A token that was exchanged before ends the whole session.</summary>
    [Alias("RefreshSession")]
    Task<Result<SessionTokens>> RefreshSession(Secret refreshToken, CancellationToken cancellationToken);

    /// <summary>The public keys of access tokens, as a JSON Web Key Set (RFC 7517).</summary>
    [Alias("GetTokenKeys")]
    Task<string> GetTokenKeys(CancellationToken cancellationToken);
}

/// <summary>What one customer proves at sign-in; key: <see cref="GrainKeys.Customer(CustomerNumber)"/>.</summary>
[Alias("bktsmart.ICredentialsGrain")]
public interface ICredentialsGrain : IGrainWithStringKey
{
    /// <summary>The hash of the password; null before enrolment. Hashing is the caller's: a customer's actor is not kept busy with guesses. Interleaves.</summary>
    [Alias("GetPasswordHash"), AlwaysInterleave]
    Task<Secret?> GetPasswordHash(CancellationToken cancellationToken);

    /// <summary>Sets the password at the end of enrolment and ends all open sessions.</summary>
    [Alias("SetPasswordHash")]
    Task SetPasswordHash(Secret hash, CancellationToken cancellationToken);

    /// <summary>Both factors were right: opens a session on the device, which is from now on the last signed-in one (R16).</summary>
    [Alias("OpenSession")]
    Task<SessionTokens> OpenSession(Device device, CancellationToken cancellationToken);

    /// <summary>
    /// The device of the last sign-in; null where there is none that takes push messages. Interleaves, so that a notification does not wait for
    /// a password hash; it reads one reference.
    /// </summary>
    [Alias("GetPushTarget"), AlwaysInterleave]
    Task<PushTarget?> GetPushTarget(CancellationToken cancellationToken);
}

/// <summary>One FNP on its way; key: <see cref="GrainKeys.FnpSession"/>. Also exists for an outsider's first step, and is then never right.</summary>
[Alias("bktsmart.IFnpSessionGrain")]
public interface IFnpSessionGrain : IGrainWithStringKey
{
    /// <summary>Starts the session and, with a customer, sends the FNP. Can be called once.</summary>
    /// <param name="customer">Null for a decoy.</param>
    [Alias("Start")]
    Task<DateTimeOffset> Start(CustomerNumber? customer, FnpPurpose purpose, Device device, CancellationToken cancellationToken);

    /// <summary>Checks the FNP against purpose and device; every try counts, and is durable before its answer. Right once, never again.</summary>
    [Alias("Verify")]
    Task<Result<FnpProof>> Verify(FnpPurpose purpose, Guid deviceId, Secret fnp, CancellationToken cancellationToken);
}

/// <summary>Who proved to hold the registered phone, and from which device.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpProof")]
public sealed record FnpProof([property: Id(0)] CustomerNumber Customer, [property: Id(1)] Device Device);

/// <summary>One signed-in session; key: <see cref="GrainKeys.Session"/>.</summary>
[Alias("bktsmart.ISessionGrain")]
public interface ISessionGrain : IGrainWithStringKey
{
    [Alias("Open")]
    Task<SessionTokens> Open(CustomerNumber customer, Guid deviceId, CancellationToken cancellationToken);

    /// <param name="generation">Of the presented refresh token, whose authenticity the caller has checked.</param>
    [Alias("Refresh")]
    Task<Result<SessionTokens>> Refresh(int generation, CancellationToken cancellationToken);

    /// <summary>Signs out. A session of another customer is left alone.</summary>
    [Alias("End")]
    Task End(CustomerNumber customer, CancellationToken cancellationToken);
}
