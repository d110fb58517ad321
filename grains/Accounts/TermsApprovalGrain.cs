using BktSmart.Ledger;
using Orleans.Concurrency;

namespace BktSmart.Accounts;

/// <summary>
/// Holds nothing; requests and decisions are a table. A caller whose time runs out asks again: a decision is made once, and the same person
/// hears it again.
/// </summary>
[StatelessWorker, Reentrant, GrainType("approval")]
internal sealed class TermsApprovalGrain(TermsApprovals approvals, AccountDirectory directory, LedgerReader reader)
    : Grain, ITermsApprovalGrain
{
    public async Task<TermsApprovalPage> List(long? afterId, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TermsApprovalPage.CountMax);
        var found = await approvals.ListAsync(afterId ?? 0, count + 1, cancellationToken);
        return new TermsApprovalPage([.. found.Take(count)], found.Count > count);
    }

    public async Task<Result<AccountDetails>> Confirm(StaffMember staff, long id, CancellationToken cancellationToken)
    {
        var confirmed = await approvals.ConfirmAsync(staff, id, cancellationToken);
        if (confirmed.Refusal is { } refusal)
            return refusal;
        var account = await directory.FindAsync(confirmed.Value.Account.Value, cancellationToken);
        return account!.ToDetails(reader.Remember(confirmed.Value.State));
    }

    public Task<Result<Done>> Reject(StaffMember staff, long id, string note, CancellationToken cancellationToken) =>
        approvals.RejectAsync(staff, id, note, cancellationToken);
}
