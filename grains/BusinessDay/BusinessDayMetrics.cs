using System.Diagnostics.Metrics;

namespace BktSmart.BusinessDay;

/// <summary>What operations sees of the bank's day.</summary>
internal static class BusinessDayMetrics
{
    private static readonly Meter Meter = new(BankTelemetry.Name);
    private static volatile Seen? _seen;

    static BusinessDayMetrics()
    {
        // Of the clock of this moment: where no round succeeds any more, they go on all the same.
        Meter.CreateObservableGauge<double>(
            "bank.business_day.overdue", () => Measure<double>(seen => Math.Max(0, (seen.Now - seen.EndOfDayFrom).TotalSeconds)), "s",
            "Since the hour at which the business date could be ended");
        Meter.CreateObservableGauge<int>(
            "bank.calendar.days_ahead",
            () => Measure<int>(seen => seen.CalendarEnd.DayNumber - BankTime.DateOf(seen.Now).DayNumber), "{day}",
            "Days after this one that the calendar knows");
        Meter.CreateObservableGauge<int>(
            "bank.calendar.estimate_days",
            () => Measure<int>(seen => seen.Estimate?.DayNumber - BankTime.DateOf(seen.Now).DayNumber), "{day}",
            "Days until the next holiday that is estimated and not announced");
    }

    /// <param name="estimate">The next holiday that is still to be announced; null where none is.</param>
    public static void Record(DateTimeOffset endOfDayFrom, DateOnly calendarEnd, DateOnly? estimate, TimeProvider time) =>
        _seen = new Seen(endOfDayFrom, calendarEnd, estimate, time);

    private static IEnumerable<Measurement<T>> Measure<T>(Func<Seen, T?> value)
        where T : struct => _seen is { } seen && value(seen) is { } measured ? [new Measurement<T>(measured)] : [];

    private sealed record Seen(DateTimeOffset EndOfDayFrom, DateOnly CalendarEnd, DateOnly? Estimate, TimeProvider Time)
    {
        public DateTimeOffset Now => Time.GetUtcNow();
    }
}
