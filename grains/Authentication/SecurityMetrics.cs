using System.Diagnostics.Metrics;

namespace BktSmart.Authentication;

/// <summary>What operations sees of signing in: what happens how often, and whether it piles up. No label names a customer.</summary>
internal static class SecurityMetrics
{
    private static readonly Meter Meter = new(BankTelemetry.Name);
    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "bank.security.event", "{event}", "Entries of customers' security logs");
    private static readonly Counter<long> Sms = Meter.CreateCounter<long>(
        "bank.sms", "{message}", "SMS with FNPs by what became of them in the silo");

    private static readonly Counter<long> Reports = Meter.CreateCounter<long>(
        "bank.security.fnp_report", "{report}", "Reported FNPs by whether they exist");

    public static readonly Counter<long> Strays = Meter.CreateCounter<long>(
        "bank.security.stray", "{attempt}", "Attempts that were not looked at");
    public static readonly Counter<long> Crowded = Meter.CreateCounter<long>(
        "bank.security.crowded", "{attempt}", "Of these, passwords from unknown devices of a network from which too many came");
    public static readonly UpDownCounter<int> HashesWaiting = Meter.CreateUpDownCounter<int>(
        "bank.password.hash.waiting", "{hash}", "Password hashes that wait for a worker");
    public static readonly Histogram<double> HashSeconds =
        Meter.CreateHistogram<double>(
            "bank.password.hash.duration", "s", "One password hash, without the wait", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
        });

    /// <param name="found">Whether there is an FNP under the reference.</param>
    public static void CountReport(bool found) => Reports.Add(1, new KeyValuePair<string, object?>("outcome", found ? "Found" : "Unknown"));

    public static void Count(SecurityEventKind kind) => Events.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()));

    public static void Count(SmsOutcome outcome) => Sms.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
}
