using Orleans.Concurrency;

namespace BktSmart.Audit;

/// <summary>Holds nothing; the trail is a table.</summary>
[StatelessWorker, Reentrant]
internal sealed class AuditGrain(AuditStore store) : Grain, IAuditGrain
{
    public async Task<AuditPage> List(CustomerNumber? customer, long? beforeId, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, AuditPage.CountMax);
        var found = await store.ListAsync(customer, beforeId ?? long.MaxValue, count + 1, cancellationToken);
        return new AuditPage([.. found.Take(count)], found.Count > count);
    }
}
