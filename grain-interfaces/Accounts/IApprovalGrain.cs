using BktSmart.Answers;
using BktSmart.Customers;
using BktSmart.Ledger;

namespace BktSmart.Accounts;

/// <summary>What needs a second person of the staff. The numbers are stored.</summary>
public enum ApprovalAction
{
    /// <summary>A higher overdraft limit; a lower one needs nobody else.</summary>
    SetOverdraftLimit = 1,
    ReopenAccount = 2,
}

/// <summary>A change of an account's terms that one member of staff asked for and another one has to confirm.</summary>
/// <param name="OverdraftLimit">As it is.</param>
/// <param name="WantedOverdraftLimit">Null for another action.</param>
/// <param name="Note">Why.</param>
/// <param name="ExpiresAt">From then on it can no longer be confirmed.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Approval")]
public sealed record Approval(
    [property: Id(0)] long Id,
    [property: Id(1)] ApprovalAction Action,
    [property: Id(2)] Iban Account,
    [property: Id(3)] Money OverdraftLimit,
    [property: Id(4)] Money? WantedOverdraftLimit,
    [property: Id(5)] StaffMember RequestedBy,
    [property: Id(6)] string Note,
    [property: Id(7)] DateTimeOffset RequestedAt,
    [property: Id(8)] DateTimeOffset ExpiresAt);

/// <param name="HasMore">Whether there are newer ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.ApprovalPage")]
public sealed record ApprovalPage([property: Id(0)] IReadOnlyList<Approval> Approvals, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}

/// <summary>The answer to an order that may need a second person: one of the two.</summary>
/// <param name="Account">The account after the change; null where the change waits for a second person.</param>
/// <param name="Pending">What that person has to confirm.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TermsAnswer")]
public sealed record TermsAnswer([property: Id(0)] AccountDetails? Account, [property: Id(1)] Approval? Pending);

/// <summary>What waits for a second person, whatever account it is about. <see cref="IAccountGrain"/> takes the requests.</summary>
[Alias("bktsmart.IApprovalGrain")]
public interface IApprovalGrain : IGrainWithIntegerKey
{
    /// <summary>What can still be confirmed, oldest first.</summary>
    /// <param name="afterId">Only those with a higher number; null starts at the oldest.</param>
    /// <param name="count">1 to <see cref="ApprovalPage.CountMax"/>.</param>
    [Alias("List")]
    Task<ApprovalPage> List(long? afterId, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the change, exactly as it was asked for, if the account's terms are still those of the request. The same person again gets the same answer; whoever asked is refused with
    /// <see cref="Reason.SecondPersonRequired"/>.
    /// </summary>
    [Alias("Confirm")]
    Task<Result<AccountDetails>> Confirm(StaffMember staff, long id, CancellationToken cancellationToken);

    /// <summary>Ends a request without the change; whoever asked may do it too.</summary>
    /// <param name="note">Why; goes into the audit trail.</param>
    [Alias("Reject")]
    Task<Result<Done>> Reject(StaffMember staff, long id, string note, CancellationToken cancellationToken);
}
