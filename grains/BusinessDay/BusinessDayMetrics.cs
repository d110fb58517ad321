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
            "bank.business_day.overdue", () => Measure(seen => Math.Max(0, (seen.Now - seen.EndOfDayFrom).TotalSeconds)), "s",
            "Since the hour at which the business date could be ended");
        Meter.CreateObservableGauge<int>(
            "bank.calendar.days_ahead", () => Measure(seen => seen.CalendarEnd.DayNumber - BankTime.DateOf(seen.Now).DayNumber), "{day}",
            "Days after this one that the calendar knows");
    }

    public static void Record(DateTimeOffset endOfDayFrom, DateOnly calendarEnd, TimeProvider time) =>
        _seen = new Seen(endOfDayFrom, calendarEnd, time);

    private static IEnumerable<Measurement<T>> Measure<T>(Func<Seen, T> value)
        where T : struct => _seen is { } seen ? [new Measurement<T>(value(seen))] : [];

    private sealed record Seen(DateTimeOffset EndOfDayFrom, DateOnly CalendarEnd, TimeProvider Time)
    {
        public DateTimeOffset Now => Time.GetUtcNow();
    }
}
