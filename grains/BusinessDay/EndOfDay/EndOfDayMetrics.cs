using System.Diagnostics.Metrics;

namespace BktSmart.BusinessDay;

/// <summary>What operations sees of end-of-day.</summary>
internal static class EndOfDayMetrics
{
    private static readonly Meter Meter = new(BankTelemetry.Name);

    private static readonly Histogram<double> Parts = Meter.CreateHistogram<double>(
        "bank.end_of_day.part.duration", "s", "A part of a step of end-of-day");

    private static volatile Seen? _seen;

    static EndOfDayMetrics()
    {
        // Of the clock of this moment: where no round succeeds any more, it goes on all the same.
        Meter.CreateObservableGauge<double>(
            "bank.end_of_day.under_way", () => Measure(seen => seen.Since is { } since ? (seen.Time.GetUtcNow() - since).TotalSeconds : 0),
            "s", "Since the start of the oldest end-of-day that is not finished; zero where all are");
        Meter.CreateObservableGauge<long>(
            "bank.end_of_day.findings", () => Measure(seen => seen.Findings), "{finding}", "What end-of-day set aside, and is open");
    }

    public static void Record(DateTimeOffset? underWaySince, long findings, TimeProvider time) =>
        _seen = new Seen(underWaySince, findings, time);

    public static void Record(EndOfDayStep step, TimeSpan took) =>
        Parts.Record(took.TotalSeconds, new KeyValuePair<string, object?>("step", step.ToString()));

    private static IEnumerable<Measurement<T>> Measure<T>(Func<Seen, T> value)
        where T : struct => _seen is { } seen ? [new Measurement<T>(value(seen))] : [];

    private sealed record Seen(DateTimeOffset? Since, long Findings, TimeProvider Time);
}
