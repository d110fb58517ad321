using BktSmart.Ledger;

namespace BktSmart.Accounts;

/// <summary>What waits for a second person, whatever account it is about. <see cref="IAccountGrain"/> takes the requests.</summary>
[Alias("bktsmart.IApprovalGrain")]
public interface ITermsApprovalGrain : IGrainWithIntegerKey
{
    /// <summary>What can still be confirmed, oldest first.</summary>
    /// <param name="afterId">Only those with a higher number; null starts at the oldest.</param>
    /// <param name="count">1 to <see cref="TermsApprovalPage.CountMax"/>.</param>
    [Alias("List"), ForApi]
    Task<TermsApprovalPage> List(long? afterId, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the change, exactly as it was asked for, if the account's terms are still those of the request. The same person again gets the
    /// account as it then stands; whoever asked is refused with
    /// <see cref="Reason.SecondPersonRequired"/>.
    /// </summary>
    [Alias("Confirm"), ForApi]
    Task<Result<AccountDetails>> Confirm(StaffMember staff, long id, CancellationToken cancellationToken);

    /// <summary>Ends a request without the change; whoever asked may do it too.</summary>
    /// <param name="note">Why; goes into the audit trail.</param>
    [Alias("Reject"), ForApi]
    Task<Result<Done>> Reject(StaffMember staff, long id, string note, CancellationToken cancellationToken);
}
