using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.BusinessDay;

/// <summary>
/// Has the calendar reach far enough, and business dates end that are to end by themselves: of several missed ones, each in its turn. What
/// is to be done is in the database, so every silo looks, and each thing is done once.
/// </summary>
internal sealed partial class EndOfDayClock(
    CalendarStore calendar, IGrainFactory grains, IOptions<BusinessDayOptions> options, [BankClock] TimeProvider clock,
    [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<EndOfDayClock> logger)
    : RepeatedWork(time)
{
    /// <summary>Schedules and end-of-day reckon with what is ahead.</summary>
    private const int YearsAhead = 2;

    private readonly HashSet<int> _loaded = [];

    protected override TimeSpan Interval => options.Value.Interval;

    /// <summary>Loads this year, the next ones, and the one before: a date that was missed may be of that.</summary>
    public async Task LoadYearsAsync(CancellationToken cancellationToken)
    {
        var now = BankTime.Today(clock).Year;
        for (var year = now - 1; year <= now + YearsAhead; year++)
        {
            if (_loaded.Contains(year))
                continue;
            if (await calendar.LoadYearAsync(year, cancellationToken))
                LogLoaded(year);
            _loaded.Add(year);
        }
    }

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await LoadYearsAsync(cancellationToken);
        var started = await grains.BusinessDay().StartDueEndOfDay(cancellationToken);
        var today = BankTime.Today(clock);
        var known = await calendar.ReadAsync(today, cancellationToken);
        BusinessDayMetrics.Record(
            (await grains.BusinessDay().Get(cancellationToken)).EndOfDayFrom, known.EndAfter(today), known.FirstEstimate, clock);
        return started;
    }

    [LoggerMessage(7003, LogLevel.Information, "The calendar has {Year} now")]
    private partial void LogLoaded(int year);

    [LoggerMessage(7004, LogLevel.Error, "The business day could not be looked after; the next round tries again")]
    protected override partial void LogFailed(Exception exception);
}
