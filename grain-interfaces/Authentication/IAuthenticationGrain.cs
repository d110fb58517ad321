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
    /// <summary>Step one of enrolment (R3). Sends an FNP if identifier, card, agreement and phone are in order, and sign-in is not locked.</summary>
    /// <param name="origin">The caller's address without its last part, for the security log.</param>
    [Alias("BeginEnrolment")]
    Task<Result<FnpChallenge>> BeginEnrolment(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin, CancellationToken cancellationToken);

    /// <summary>Step two of enrolment: the FNP and the new password. A password that the policy refuses does not use up the FNP.</summary>
    [Alias("CompleteEnrolment")]
    Task<Result<Done>> CompleteEnrolment(Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken);

    /// <summary>Step one of sign-in (R4). Sends an FNP if the password is right and sign-in is not locked.</summary>
    [Alias("BeginSignIn")]
    Task<Result<FnpChallenge>> BeginSignIn(CustomerIdentifier identifier, Secret password, Device device, string origin, CancellationToken cancellationToken);

    /// <summary>Step two of sign-in: the FNP, from the device that took step one.</summary>
    [Alias("CompleteSignIn")]
    Task<Result<SignedIn>> CompleteSignIn(Guid fnpSessionId, Guid deviceId, Secret fnp, string origin, CancellationToken cancellationToken);

    /// <summary>Step one of a forgotten password (R6). Sends an FNP if identifier and card are in order and the customer is enrolled and not locked.</summary>
    [Alias("BeginPasswordReset")]
    Task<Result<FnpChallenge>> BeginPasswordReset(
        CustomerIdentifier identifier, Secret cardNumber, CardExpiry expiry, Device device, string origin, CancellationToken cancellationToken);

    /// <summary>Step two of a forgotten password: the FNP and the new password. It is no sign-in; all sessions end.</summary>
    [Alias("CompletePasswordReset")]
    Task<Result<Done>> CompletePasswordReset(Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken);

    /// <summary>Step one of changing the password (R9), in a session: the current one. A wrong one counts for the lockout.</summary>
    [Alias("BeginPasswordChange")]
    Task<Result<FnpChallenge>> BeginPasswordChange(CustomerNumber customer, Guid sessionId, Secret password, string origin, CancellationToken cancellationToken);

    /// <summary>Step two: the FNP and the new password. All sessions end, and the caller gets a new one.</summary>
    [Alias("CompletePasswordChange")]
    Task<Result<SignedIn>> CompletePasswordChange(
        CustomerNumber customer, Guid fnpSessionId, Guid deviceId, Secret fnp, Secret password, string origin, CancellationToken cancellationToken);

    /// <summary>Reports an FNP that the customer did not ask for (R11), by the reference in its text. The answer does not say whether there was one.</summary>
    [Alias("ReportFnp")]
    Task ReportFnp(string reference, string origin, CancellationToken cancellationToken);

    /// <summary>Sessions that ended since; a few seconds come twice, because what is committed late may have an earlier time.</summary>
    [Alias("GetRevocations")]
    Task<Revocations> GetRevocations(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Exchanges a refresh token for new tokens. A token that was exchanged before ends the whole session.</summary>
    [Alias("RefreshSession")]
    Task<Result<SessionTokens>> RefreshSession(Secret refreshToken, CancellationToken cancellationToken);

    /// <summary>The public keys of access tokens, as a JSON Web Key Set (RFC 7517).</summary>
    [Alias("GetTokenKeys")]
    Task<string> GetTokenKeys(CancellationToken cancellationToken);
}

/// <summary>
/// What one customer proves at sign-in, and what follows from it; key: <see cref="GrainKeys.Customer(CustomerNumber)"/>. Attempts are taken one by one: each is counted, and the count is
/// durable, before it is answered. An <c>epoch</c> says under which state of affairs an FNP was begun: a lock, a new password, a suspended or a new phone start the next one, and
/// what was begun before is worth nothing.
/// </summary>
[Alias("bktsmart.ICredentialsGrain")]
public interface ICredentialsGrain : IGrainWithStringKey
{
    /// <summary>Checks a password. Null when it is wrong, when sign-in is locked or shut to unknown devices, and when no FNP may go out; all of these take the same time.</summary>
    /// <param name="nobody">For an identifier that no customer has: does the same work and leaves this customer alone.</param>
    /// <returns>The epoch for the FNP.</returns>
    [Alias("TryPassword")]
    Task<int?> TryPassword(Secret password, Device device, string origin, bool nobody, CancellationToken cancellationToken);

    /// <summary>Checks the current password of somebody who is signed in.</summary>
    [Alias("ConfirmPassword")]
    Task<Result<SessionGrounds>> ConfirmPassword(Guid sessionId, Secret password, string origin, CancellationToken cancellationToken);

    /// <summary>What an FNP in an open session is begun on. Refused when too many were begun within a minute or a day. Interleaves, so that a payment does not wait for a password hash.</summary>
    [Alias("BeginConfirmation"), AlwaysInterleave]
    Task<Result<SessionGrounds>> BeginConfirmation(Guid sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Notes in the security log what somebody who is signed in does. Refused when the session has ended, when the FNP is another customer's or another device's, and when what it was begun on no
    /// longer holds.
    /// </summary>
    /// <param name="proof">Null where no FNP was needed.</param>
    [Alias("Act")]
    Task<Result<Done>> Act(Guid sessionId, FnpProof? proof, SecurityEventKind kind, string origin, CancellationToken cancellationToken);

    /// <summary>The epoch for the FNP of a new password that is begun with a card; null where none may go out. Both take the same time.</summary>
    /// <param name="inOrder">Whether the card and everything else is right.</param>
    /// <param name="nobody">As in <see cref="TryPassword"/>.</param>
    [Alias("BeginNewPassword")]
    Task<int?> BeginNewPassword(FnpPurpose purpose, bool inOrder, Device device, string origin, bool nobody, CancellationToken cancellationToken);

    /// <summary>Counts a wrong FNP; durable when it returns.</summary>
    [Alias("CountWrongFnp")]
    Task CountWrongFnp(int epoch, Device device, string origin, CancellationToken cancellationToken);

    /// <summary>Both factors were right: opens a session on the device, which is from now on the last signed-in one (R16). Refused when sign-in was locked meanwhile.</summary>
    [Alias("OpenSession")]
    Task<Result<SignedIn>> OpenSession(int epoch, Device device, string origin, CancellationToken cancellationToken);

    /// <summary>Sets the password at the end of enrolment, reset or change, and ends all sessions. Refuses one of the last passwords.</summary>
    /// <returns>The next epoch.</returns>
    [Alias("SetPassword")]
    Task<Result<int>> SetPassword(int epoch, FnpPurpose purpose, Secret password, Device device, string origin, CancellationToken cancellationToken);

    /// <summary>Tells the customer that the password ends, if that is due and was not done.</summary>
    [Alias("RemindOfPassword")]
    Task RemindOfPassword(CancellationToken cancellationToken);

    [Alias("ListSessions")]
    Task<IReadOnlyList<OpenSession>> ListSessions(CancellationToken cancellationToken);

    [Alias("ListDevices")]
    Task<IReadOnlyList<KnownDevice>> ListDevices(CancellationToken cancellationToken);

    [Alias("RenameDevice")]
    Task<Result<KnownDevice>> RenameDevice(Guid deviceId, string name, string origin, CancellationToken cancellationToken);

    /// <summary>Ends one session; one that is not open is left as it is.</summary>
    [Alias("EndSession")]
    Task EndSession(Guid sessionId, string? origin, CancellationToken cancellationToken);

    /// <summary>Ends all sessions but one.</summary>
    /// <param name="except">Null for none.</param>
    [Alias("EndSessions")]
    Task EndSessions(Guid? except, string? origin, CancellationToken cancellationToken);

    /// <summary>The security log before an entry, newest first.</summary>
    /// <param name="count">1 to <see cref="SecurityEventPage.CountMax"/>.</param>
    [Alias("ListEvents")]
    Task<SecurityEventPage> ListEvents(long? beforeId, int count, CancellationToken cancellationToken);

    /// <summary>
    /// An FNP was reported that the customer did not ask for (R11): whatever is under way ends, and all sessions, and the password must be changed; higher limits that do not hold yet, and payees that were
    /// trusted of late, are so no longer. A reference is reported once.
    /// </summary>
    [Alias("ReportFnp")]
    Task ReportFnp(string origin, CancellationToken cancellationToken);

    /// <summary>The phone is lost (R10): no FNP goes out, and all sessions end, at once.</summary>
    /// <param name="staff">Null when the customer does it.</param>
    [Alias("SuspendPhone")]
    Task SuspendPhone(StaffMember? staff, string why, string? origin, CancellationToken cancellationToken);

    /// <summary>The phone was found again.</summary>
    [Alias("ResumePhone")]
    Task<Result<Done>> ResumePhone(StaffMember staff, string why, CancellationToken cancellationToken);

    /// <summary>The cards are lost: none of them proves anything any more, and a new password that was begun with one is void.</summary>
    [Alias("BlockCards")]
    Task BlockCards(StaffMember staff, string why, CancellationToken cancellationToken);

    /// <summary>Registers another number (R10), in the branch.</summary>
    /// <param name="waiveBlock">FNPs may go to the new number at once.</param>
    [Alias("ChangePhone")]
    Task<Result<Done>> ChangePhone(StaffMember staff, PhoneNumber phone, bool waiveBlock, string why, CancellationToken cancellationToken);

    /// <summary>Unlocks sign-in, and lets unknown devices try again. Only for a member of staff who identified the caller a short time ago.</summary>
    [Alias("Unlock")]
    Task<Result<Done>> Unlock(StaffMember staff, string why, CancellationToken cancellationToken);

    [Alias("GetStanding")]
    Task<SignInStanding> GetStanding(CancellationToken cancellationToken);

    [Alias("ListFnpMessages")]
    Task<IReadOnlyList<FnpMessage>> ListFnpMessages(CancellationToken cancellationToken);
}

/// <summary>What an FNP in an open session is begun on.</summary>
/// <param name="Device">Of the session.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SessionGrounds")]
public sealed record SessionGrounds([property: Id(0)] int Epoch, [property: Id(1)] Device Device);

/// <summary>One FNP on its way; key: <see cref="GrainKeys.FnpSession"/>. Also exists for an outsider's first step, and is then never right.</summary>
[Alias("bktsmart.IFnpSessionGrain")]
public interface IFnpSessionGrain : IGrainWithStringKey
{
    /// <summary>Starts the session and, with a customer, sends the FNP. Can be called once.</summary>
    /// <param name="begun">Null for a decoy.</param>
    /// <param name="matter">Null where the purpose says it all.</param>
    [Alias("Start")]
    Task<FnpChallenge> Start(FnpBegun? begun, FnpPurpose purpose, FnpMatter? matter, Device device, CancellationToken cancellationToken);

    /// <summary>
    /// Checks the FNP against purpose and device; every try counts, and is durable before its answer. Right once, never again; only for the same payment it is right again, because the ledger
    /// books that once, and the answer may have been lost. Another content than the one that it was sent for makes the FNP void.
    /// </summary>
    /// <param name="content">Of the <see cref="FnpMatter"/>; null where there is none.</param>
    [Alias("Verify")]
    Task<Result<FnpProof>> Verify(FnpPurpose purpose, string? content, Guid deviceId, Secret fnp, string origin, CancellationToken cancellationToken);

    /// <summary>The FNP was right and what it was for was not: it may be given once more, until it expires.</summary>
    [Alias("Reopen")]
    Task Reopen(CancellationToken cancellationToken);

    /// <summary>Sends another FNP (R8); the one before is worth nothing, and no try comes back.</summary>
    [Alias("Resend")]
    Task<Result<FnpChallenge>> Resend(Guid deviceId, CancellationToken cancellationToken);

    [Alias("GetDelivery")]
    Task<Result<FnpDelivery>> GetDelivery(Guid deviceId, CancellationToken cancellationToken);
}

/// <summary>For whom an FNP is, and from which epoch of the credentials.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpBegun")]
public sealed record FnpBegun([property: Id(0)] CustomerNumber Customer, [property: Id(1)] int Epoch);

/// <summary>Who proved to hold the registered phone, and from which device.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpProof")]
public sealed record FnpProof([property: Id(0)] CustomerNumber Customer, [property: Id(1)] Device Device, [property: Id(2)] int Epoch);

/// <summary>One signed-in session; key: <see cref="GrainKeys.Session"/>. Whether it is still open is for the credentials to say.</summary>
[Alias("bktsmart.ISessionGrain")]
public interface ISessionGrain : IGrainWithStringKey
{
    [Alias("Open")]
    Task<SessionTokens> Open(CustomerNumber customer, Guid deviceId, bool onlyPasswordChange, CancellationToken cancellationToken);

    /// <param name="generation">Of the presented refresh token, whose authenticity the caller has checked.</param>
    [Alias("Refresh")]
    Task<Result<SessionTokens>> Refresh(int generation, CancellationToken cancellationToken);
}
