using System.Diagnostics.Metrics;

namespace BktSmart.Ledger;

/// <summary>What operations sees of bookings.</summary>
internal static class LedgerMetrics
{
    /// <summary>For figures that a part of a silo keeps itself.</summary>
    public static readonly Meter Meter = new(BankTelemetry.Name);

    private static readonly InstrumentAdvice<double> SecondsOfABatch =
        new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5] };

    private static readonly Counter<long> Approvals =
        Meter.CreateCounter<long>("bank.payment.approval", "{payment}", "Payments by what let them through");

    private static readonly Histogram<double> HandOverSeconds = Meter.CreateHistogram<double>(
        "bank.ledger.handover.duration", "s", "From handing a batch over to the leading silo to its answer, by how that ended",
        advice: SecondsOfABatch);

    public static readonly Histogram<int> BatchSize =
        Meter.CreateHistogram<int>("bank.ledger.batch.size", "{transfer}", "Transfers in one commit");

    public static readonly Histogram<double> CommitSeconds =
        Meter.CreateHistogram<double>(
            "bank.ledger.commit.duration", "s", "From the start of a batch to its commit", advice: SecondsOfABatch);

    public static readonly Counter<long> Conflicts =
        Meter.CreateCounter<long>(
            "bank.ledger.conflict", "{batch}", "Batches that were decided again because another silo had moved an account");

    public static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("bank.ledger.overload", "{transfer}", "Orders that found the queue full");

    /// <summary>Accounts that this silo has set aside.</summary>
    public static int HeldAccounts { get; set; }

    static LedgerMetrics() => Meter.CreateObservableGauge(
        "bank.ledger.held_accounts", () => HeldAccounts, "{account}",
        "Accounts that somebody else keeps locked, and on which orders are refused meanwhile");

    public static void CountApproval(PaymentApproval approval) =>
        Approvals.Add(1, new KeyValuePair<string, object?>("approval", approval.ToString()));

    /// <param name="result"><c>answered</c>, <c>not taken</c> or <c>unknown</c>.</param>
    public static void RecordHandOver(TimeSpan took, string result) =>
        HandOverSeconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("result", result));
}
