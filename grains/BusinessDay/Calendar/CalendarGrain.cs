using Orleans.Concurrency;

namespace BktSmart.BusinessDay;

/// <summary>
/// Holds nothing; calendar, requests and decisions are tables. A caller whose time runs out asks again: a decision is made once, and the
/// same person hears it again.
/// </summary>
[StatelessWorker, Reentrant, GrainType("calendar")]
internal sealed class CalendarGrain(CalendarStore calendar, CalendarChanges changes, [BankClock] TimeProvider time) : Grain, ICalendarGrain
{
    public async Task<CalendarYear> GetYear(int year, CancellationToken cancellationToken)
    {
        var today = BankTime.Today(time);
        return new CalendarYear(
            await calendar.ListDaysAsync(new DateOnly(year, 1, 1), new DateOnly(year, 12, 31), cancellationToken),
            await calendar.ListYearsAsync(cancellationToken),
            (await calendar.ReadAsync(today, cancellationToken)).EndAfter(today));
    }

    public Task<Result<CalendarChange>> RequestChange(StaffMember staff, CalendarCommand command, CancellationToken cancellationToken) =>
        changes.RequestAsync(staff, command, cancellationToken);

    public async Task<CalendarChangePage> ListChanges(long? afterId, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, CalendarChangePage.CountMax);
        var found = await changes.ListAsync(afterId ?? 0, count + 1, cancellationToken);
        return new CalendarChangePage([.. found.Take(count)], found.Count > count);
    }

    public Task<Result<CalendarDays>> ConfirmChange(StaffMember staff, long id, CancellationToken cancellationToken) =>
        changes.ConfirmAsync(staff, id, cancellationToken);

    public Task<Result<Done>> RejectChange(StaffMember staff, long id, string note, CancellationToken cancellationToken) =>
        changes.RejectAsync(staff, id, note, cancellationToken);
}
