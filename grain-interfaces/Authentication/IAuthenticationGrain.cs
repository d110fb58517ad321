using BktSmart.Cards;

namespace BktSmart.Authentication;

/// <summary>
/// The door for people who are not signed in: finds out who is meant, without saying so, and does the costly hashing. When more are waiting
/// for a hash than a silo lets wait, the answer is <see cref="Reason.Overloaded"/>.
///
/// A first step has an id of its own, made by the app. The same request again is the same attempt, until its FNP expires: it is looked at
/// and counted once, and sends one FNP.
/// </summary>
[Alias("bktsmart.IAuthenticationGrain")]
public interface IAuthenticationGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Step one of enrolment (R3). Sends an FNP if identifier, card, agreement and phone are in order, and sign-in is not locked.
    /// </summary>
    /// <param name="origin">The caller's address without its last part, for the security log.</param>
    [Alias("BeginEnrolment"), ForApi]
    Task<Result<FnpChallenge>> BeginEnrolment(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin, Guid requestId,
        CancellationToken cancellationToken);

    /// <summary>Step two of enrolment: the FNP and the new password. A password that the policy refuses does not use up the FNP.</summary>
    [Alias("CompleteEnrolment"), ForApi]
    Task<Result<Done>> CompleteEnrolment(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken);

    /// <summary>Step one of sign-in (R4). Sends an FNP if the password is right and sign-in is not locked.</summary>
    [Alias("BeginSignIn"), ForApi]
    Task<Result<FnpChallenge>> BeginSignIn(
        CustomerIdentifier identifier, Secret password, Device device, string origin, Guid requestId,
        CancellationToken cancellationToken);

    /// <summary>Step two of sign-in: the FNP, from the device that took step one.</summary>
    [Alias("CompleteSignIn"), ForApi]
    Task<Result<SignedIn>> CompleteSignIn(Guid fnpSessionId, Guid deviceId, Secret fnp, string origin, CancellationToken cancellationToken);

    /// <summary>
    /// Step one of a forgotten password (R6). Sends an FNP if identifier and card are in order and the customer is enrolled and not locked.
    /// </summary>
    [Alias("BeginPasswordReset"), ForApi]
    Task<Result<FnpChallenge>> BeginPasswordReset(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin, Guid requestId,
        CancellationToken cancellationToken);

    /// <summary>Step two of a forgotten password: the FNP and the new password. It is no sign-in; all sessions end.</summary>
    [Alias("CompletePasswordReset"), ForApi]
    Task<Result<Done>> CompletePasswordReset(
        Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken);

    /// <summary>Step one of changing the password (R9), in a session: the current one. A wrong one counts for the lockout.</summary>
    [Alias("BeginPasswordChange"), ForApi]
    Task<Result<FnpChallenge>> BeginPasswordChange(
        CustomerNumber customer, Guid sessionId, Secret password, string origin, Guid requestId, CancellationToken cancellationToken);

    /// <summary>
    /// Step two: the FNP and the new password. All sessions end, and the caller gets a new one. Again, it gives tokens of that one, for as
    /// long as it is open and its first refresh token unused: the caller may therefore come from the session that the change has ended.
    /// </summary>
    /// <param name="sessionId">Of the caller.</param>
    [Alias("CompletePasswordChange"), ForApi]
    Task<Result<SignedIn>> CompletePasswordChange(
        CustomerNumber customer, Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, Guid sessionId,
        CancellationToken cancellationToken);

    /// <summary>
    /// Reports an FNP that the customer did not ask for (R11), by the reference in its text. The answer does not say whether there was one.
    /// </summary>
    [Alias("ReportFnp"), ForApi]
    Task ReportFnp(string reference, string origin, CancellationToken cancellationToken);

    /// <summary>Sessions that ended since; a few seconds come twice, because what is committed late may have an earlier time.</summary>
    [Alias("GetRevocations"), ForApi]
    Task<Revocations> GetRevocations(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Exchanges a refresh token for new tokens, once. The same request again gives the same next refresh token.</summary>
    /// <param name="requestId">Made by the app for this exchange. A used token that comes with another one ends the session.</param>
    [Alias("RefreshSession"), ForApi]
    Task<Result<SessionTokens>> RefreshSession(Secret refreshToken, Guid requestId, CancellationToken cancellationToken);

    /// <summary>The public keys of access tokens, as a JSON Web Key Set (RFC 7517).</summary>
    [Alias("GetTokenKeys"), ForApi]
    Task<string> GetTokenKeys(CancellationToken cancellationToken);
}
