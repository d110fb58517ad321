using Orleans.Concurrency;

namespace BktSmart.Cases;

/// <summary>Holds nothing; the cases are a table.</summary>
[StatelessWorker, Reentrant]
internal sealed class SupportCaseGrain(SupportCaseStore cases) : Grain, ISupportCaseGrain
{
    public Task<SupportCasePage> ListOpen(long? after, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, SupportCasePage.CountMax);
        return cases.ListOpenAsync(after, count, cancellationToken);
    }

    public async Task<Result<Done>> Close(StaffMember staff, long id, string note, CancellationToken cancellationToken) =>
        await cases.CloseAsync(staff, id, note, cancellationToken) ? Done.Value : new Refusal(Reason.CaseNotFound, "name");
}
