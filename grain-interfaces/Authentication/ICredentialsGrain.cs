using Orleans.Concurrency;

namespace BktSmart.Authentication;

/// <summary>
/// What one customer proves at sign-in, and what follows from it; key: <see cref="GrainKeys.Customer(CustomerNumber)"/>. Attempts are taken
/// one by one: each is counted, and the count is durable, before it is answered. An <c>epoch</c> says under which state of affairs an FNP
/// was begun: a lock, a new password, a suspended or a new phone start the next one, and what was begun before is worth nothing.
/// </summary>
[Alias("bktsmart.ICredentialsGrain")]
public interface ICredentialsGrain : IGrainWithStringKey
{
    /// <summary>
    /// Checks a password. Null when it is wrong, when sign-in is locked or shut to unknown devices, and when no FNP may go out; all of
    /// these take the same time.
    /// </summary>
    /// <param name="nobody">For an identifier that no customer has: does the same work and leaves this customer alone.</param>
    /// <returns>The epoch for the FNP.</returns>
    [Alias("TryPassword")]
    Task<int?> TryPassword(Secret password, Device device, string origin, bool nobody, CancellationToken cancellationToken);

    /// <summary>Checks the current password of somebody who is signed in.</summary>
    [Alias("ConfirmPassword")]
    Task<Result<SessionGrounds>> ConfirmPassword(Guid sessionId, Secret password, string origin, CancellationToken cancellationToken);

    /// <summary>
    /// What an FNP in an open session is begun on. Refused when too many were begun within a minute or a day. Interleaves, so that a
    /// payment does not wait for a password hash.
    /// </summary>
    [Alias("BeginConfirmation"), AlwaysInterleave]
    Task<Result<SessionGrounds>> BeginConfirmation(Guid sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Notes in the security log what somebody who is signed in does. Refused when the session has ended, when the FNP is another
    /// customer's or another device's, and when what it was begun on no longer holds.
    /// </summary>
    /// <param name="proof">Null where no FNP was needed.</param>
    [Alias("Act")]
    Task<Result<Done>> Act(Guid sessionId, FnpProof? proof, SecurityEventKind kind, string origin, CancellationToken cancellationToken);

    /// <summary>
    /// The epoch for the FNP of a new password that is begun with a card; null where none may go out. Both take the same time.
    /// </summary>
    /// <param name="inOrder">Whether the card and everything else is right.</param>
    /// <param name="nobody">As in <see cref="TryPassword"/>.</param>
    [Alias("BeginNewPassword")]
    Task<int?> BeginNewPassword(
        FnpPurpose purpose, bool inOrder, Device device, string origin, bool nobody, CancellationToken cancellationToken);

    /// <summary>Counts a wrong FNP; durable when it returns.</summary>
    [Alias("CountWrongFnp")]
    Task CountWrongFnp(int epoch, Device device, string origin, CancellationToken cancellationToken);

    /// <summary>
    /// Both factors were right: opens a session on the device, which is from now on the last signed-in one (R16). Refused when sign-in was
    /// locked meanwhile. Again, it gives tokens of the same session, for as long as that is open and its first refresh token unused.
    /// </summary>
    /// <param name="session">Its id: <see cref="FnpProof.Use"/>.</param>
    [Alias("OpenSession")]
    Task<Result<SignedIn>> OpenSession(int epoch, Device device, string origin, Guid session, CancellationToken cancellationToken);

    /// <summary>
    /// Sets the password at the end of enrolment, reset or change, and ends all sessions. Refuses one of the last passwords. Again, with
    /// the same password, it says the same and does nothing, until something else begins an epoch.
    /// </summary>
    /// <param name="use">Of the FNP: <see cref="FnpProof.Use"/>.</param>
    /// <param name="sessionId">Of a change: in which it is made. Empty otherwise.</param>
    /// <returns>The next epoch.</returns>
    [Alias("SetPassword")]
    Task<Result<int>> SetPassword(
        int epoch, FnpPurpose purpose, Secret password, Device device, string origin, Guid use, Guid fnpSessionId, Guid sessionId,
        CancellationToken cancellationToken);

    /// <summary>Tells the customer that the password ends, if that is due and was not done.</summary>
    [Alias("RemindOfPassword")]
    Task RemindOfPassword(CancellationToken cancellationToken);

    [Alias("ListSessions"), ForApi]
    Task<IReadOnlyList<OpenSession>> ListSessions(CancellationToken cancellationToken);

    [Alias("ListDevices"), ForApi]
    Task<IReadOnlyList<KnownDevice>> ListDevices(CancellationToken cancellationToken);

    /// <param name="sessionId">Who asks: only the app on a device changes where its push messages go.</param>
    /// <param name="name">Null to keep the one that it has.</param>
    /// <param name="pushToken">Null to keep the one that it has; an empty one: nothing is pushed there any more.</param>
    [Alias("UpdateDevice"), ForApi]
    Task<Result<KnownDevice>> UpdateDevice(
        Guid sessionId, Guid deviceId, string? name, Secret? pushToken, string origin, CancellationToken cancellationToken);

    /// <summary>Forgets a device and ends its sessions; one that is not known is left as it is.</summary>
    [Alias("DeleteDevice"), ForApi]
    Task DeleteDevice(Guid deviceId, string origin, CancellationToken cancellationToken);

    /// <summary>The push service says that a token is dead: the device has none, if it still had this one.</summary>
    [Alias("ForgetPushToken")]
    Task ForgetPushToken(Guid deviceId, Secret pushToken, CancellationToken cancellationToken);

    /// <summary>Ends one session; one that is not open is left as it is.</summary>
    [Alias("EndSession"), ForApi]
    Task EndSession(Guid sessionId, string? origin, CancellationToken cancellationToken);

    /// <summary>Ends all sessions but one.</summary>
    /// <param name="except">Null for none.</param>
    [Alias("EndSessions"), ForApi]
    Task EndSessions(Guid? except, string? origin, CancellationToken cancellationToken);

    /// <summary>The security log before an entry, newest first.</summary>
    /// <param name="count">1 to <see cref="SecurityEventPage.CountMax"/>.</param>
    [Alias("ListEvents"), ForApi]
    Task<SecurityEventPage> ListEvents(long? beforeId, int count, CancellationToken cancellationToken);

    /// <summary>
    /// An FNP was reported that the customer did not ask for (R11): whatever is under way ends, and all sessions, and the password must be
    /// changed; higher limits that do not hold yet, and payees that were trusted of late, are so no longer. A reference is reported once.
    /// </summary>
    [Alias("ReportFnp")]
    Task ReportFnp(string origin, CancellationToken cancellationToken);

    /// <summary>The phone is lost (R10): no FNP goes out, and all sessions end, at once.</summary>
    /// <param name="staff">Null when the customer does it.</param>
    [Alias("SuspendPhone"), ForApi]
    Task SuspendPhone(StaffMember? staff, string why, string? origin, CancellationToken cancellationToken);

    /// <summary>The phone was found again.</summary>
    [Alias("ResumePhone"), ForApi]
    Task<Result<Done>> ResumePhone(StaffMember staff, string why, CancellationToken cancellationToken);

    /// <summary>The cards are lost: none of them proves anything any more, and a new password that was begun with one is void.</summary>
    [Alias("BlockCards"), ForApi]
    Task BlockCards(StaffMember staff, string why, CancellationToken cancellationToken);

    /// <summary>
    /// Registers a number (R10), in the branch. That on file may be registered again: a phone that was suspended is no longer so, and with
    /// the waiver a day without FNPs ends.
    /// </summary>
    /// <param name="waiveBlock">FNPs may go to the number at once.</param>
    [Alias("ChangePhone"), ForApi]
    Task<Result<Done>> ChangePhone(StaffMember staff, PhoneNumber phone, bool waiveBlock, string why, CancellationToken cancellationToken);

    /// <summary>
    /// Unlocks sign-in, and lets unknown devices try again. Only for a member of staff who identified the caller a short time ago.
    /// </summary>
    [Alias("Unlock"), ForApi]
    Task<Result<Done>> Unlock(StaffMember staff, string why, CancellationToken cancellationToken);

    /// <summary>
    /// Payments are as usual again, sooner than some time after a reported FNP. Only for a member of staff who identified the caller a
    /// short time ago.
    /// </summary>
    [Alias("EndRaisedRisk"), ForApi]
    Task<Result<Done>> EndRaisedRisk(StaffMember staff, string why, CancellationToken cancellationToken);

    [Alias("GetStanding"), ForApi]
    Task<SignInStanding> GetStanding(CancellationToken cancellationToken);

    [Alias("ListFnpMessages"), ForApi]
    Task<IReadOnlyList<FnpMessage>> ListFnpMessages(CancellationToken cancellationToken);
}
