using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Concurrency;

namespace BktSmart.BusinessDay;

/// <summary>
/// Holds nothing: the date and its history are tables, and the change of date is one function of the database, which takes the date that is
/// to end. So a second activation does no harm, and whoever comes second hears what the first did.
/// </summary>
[StatelessWorker, Reentrant, GrainType("business-day")]
internal sealed partial class BusinessDayGrain(
    BusinessDayStore store, EndOfDayStore endsOfDay, CalendarStore calendar, [BankClock] TimeProvider time,
    IOptions<BusinessDayOptions> options, ILogger<BusinessDayGrain> logger)
    : Grain, IBusinessDayGrain
{
    private const int NextDatesMax = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task<DayStanding> Get(CancellationToken cancellationToken)
    {
        var (date, openedAt) = await store.ReadAsync(cancellationToken);
        var known = await calendar.ReadAsync(date, cancellationToken);
        var ending = await endsOfDay.ListOpenAsync(cancellationToken);
        var phase = ending.Count > 0 ? BusinessDayPhase.EndOfDay
            : date > BankTime.Today(time) ? BusinessDayPhase.Closed
            : BusinessDayPhase.Open;
        return new DayStanding(
            date, openedAt, BankTime.At(date, options.Value.EndOfDayFrom), known.NextBusinessDays(date, NextDatesMax), ending, phase);
    }

    public Task<Result<EndOfDay>> StartEndOfDay(StaffMember staff, DateOnly businessDate, CancellationToken cancellationToken) =>
        StartAsync(staff, businessDate, options.Value.EndOfDayFrom, cancellationToken);

    public async Task<bool> StartDueEndOfDay(CancellationToken cancellationToken)
    {
        if (options.Value.EndOfDayAt is not { } at)
            return false;
        var (date, _) = await store.ReadAsync(cancellationToken);
        if (time.GetUtcNow() < BankTime.At(date, at))
            return false;
        var started = await StartAsync(staff: null, date, at, cancellationToken);
        if (!started.Succeeded)
            LogNotStarted(date, started.Refusal.Reason);
        return started.Succeeded;
    }

    public Task<EndOfDayPage> ListEndsOfDay(DateOnly? before, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, EndOfDayPage.CountMax);
        return store.ListAsync(before, count, cancellationToken);
    }

    public async Task<Result<EndOfDayReport>> GetEndOfDay(DateOnly businessDate, CancellationToken cancellationToken) =>
        await store.FindAsync(businessDate, cancellationToken) is { } ended
            ? await endsOfDay.ReadAsync(ended, cancellationToken)
            : NotEnded;

    public async Task<Result<EndOfDayFindingPage>> ListFindings(
        DateOnly businessDate, int skip, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, EndOfDayFindingPage.CountMax);
        if (await store.FindAsync(businessDate, cancellationToken) is null)
            return NotEnded;
        var found = await endsOfDay.ListFindingsAsync(businessDate, skip, count + 1, cancellationToken);
        return new EndOfDayFindingPage([.. found.Take(count)], found.Count > count);
    }

    public async Task<Result<EndOfDayReport>> RetryEndOfDay(StaffMember staff, DateOnly businessDate, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(businessDate, cancellationToken) is null)
            return NotEnded;
        await endsOfDay.RestartAsync(staff, businessDate, time.GetUtcNow(), CancellationToken.None);
        return await GetEndOfDay(businessDate, cancellationToken);
    }

    private static Refusal NotEnded => new(Reason.EndOfDayNotFound, "business_date");

    private async Task<Result<EndOfDay>> StartAsync(
        StaffMember? staff, DateOnly date, TimeSpan from, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if ((await store.ReadAsync(cancellationToken)).BusinessDate != date)
                return await store.FindAsync(date, cancellationToken) is { } ended
                    ? ended
                    : new Refusal(Reason.BusinessDateDiffers, "business_date");
            var now = time.GetUtcNow();
            if (BankTime.At(date, from) is var possibleFrom && now < possibleFrom)
                return new Refusal(Reason.EndOfDayTooEarly) { EndOfDayFrom = possibleFrom };
            var known = await calendar.ReadAsync(date, cancellationToken);
            if (known.NextBusinessDay(date) is not { } next)
                return Reason.CalendarMissing;
            try
            {
                // Whoever lost hears above what the other one did, and reckons anew where the calendar was changed.
                if (await store.TryStartAsync(
                    date, next, known.Version, staff, options.Value.LockWait, now, CancellationToken.None))
                    LogStarted(date, next, tries);
                continue;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                if (tries >= options.Value.TriesMax)
                    return Reason.Overloaded;
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    [LoggerMessage(7001, LogLevel.Information, "End of day of {BusinessDate} has started, bookings have {NextDate}; {Tries} tries")]
    private partial void LogStarted(DateOnly businessDate, DateOnly nextDate, int tries);

    [LoggerMessage(7002, LogLevel.Error, "End of day of {BusinessDate} is due and did not start: {Reason}")]
    private partial void LogNotStarted(DateOnly businessDate, Reason reason);
}
