using BktSmart.Ledger;
using BktSmart.Messages;
using Orleans.Concurrency;

namespace BktSmart.Customers;

/// <summary>
/// Holds nothing; requests and decisions are a table. A caller whose time runs out asks again: a decision is made once, and the same person
/// hears it again.
/// </summary>
[StatelessWorker, Reentrant, GrainType("customer-correction")]
internal sealed class CustomerCorrectionGrain(
    CustomerCorrections corrections, CustomerStore customers, OutboxSignal outbox, LedgerEventSignal news) : Grain, ICustomerCorrectionGrain
{
    public async Task<CustomerCorrectionPage> List(long? afterId, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, CustomerCorrectionPage.CountMax);
        var found = await corrections.ListAsync(afterId ?? 0, count + 1, cancellationToken);
        return new CustomerCorrectionPage([.. found.Take(count)], found.Count > count);
    }

    public async Task<Result<Customer>> Confirm(StaffMember staff, long id, CancellationToken cancellationToken)
    {
        var confirmed = await corrections.ConfirmAsync(staff, id, cancellationToken);
        if (!confirmed.Succeeded)
            return confirmed.Refusal;
        outbox.Set(OutboxChannel.Sms);
        news.Set(confirmed.Value);
        return (await customers.FindAsync(confirmed.Value, CancellationToken.None))!;
    }

    public Task<Result<Done>> Reject(StaffMember staff, long id, string note, CancellationToken cancellationToken) =>
        corrections.RejectAsync(staff, id, note, cancellationToken);
}
