using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace BktSmart.Retention;

/// <summary>What operations sees of keeping and forgetting, by table.</summary>
internal static class RetentionMetrics
{
    private static readonly Meter Meter = new(BankTelemetry.Name);
    private static readonly ConcurrentDictionary<string, (Partitions Partitions, TimeProvider Time)> Tables = new();
    private static readonly Counter<long> Forgotten = Meter.CreateCounter<long>(
        "bank.retention.forgotten", "{item}", "What was forgotten of a table: months of one by months, else rows");

    static RetentionMetrics()
    {
        // Of the clock of this moment: where no round succeeds any more, it sinks all the same.
        Meter.CreateObservableGauge<int>(
            "bank.retention.months_ahead",
            () => Tables.Select(table => new Measurement<int>(
                table.Value.Partitions.MonthsAhead(table.Value.Time.GetUtcNow()), Label(table.Key))),
            "{month}", "Months after this one for which a table has partitions");
        Meter.CreateObservableGauge<long>(
            "bank.retention.default_rows",
            () => Tables.Select(table => new Measurement<long>(table.Value.Partitions.DefaultRows, Label(table.Key))),
            "{row}", "Rows that no month of their table takes");
    }

    public static void Record(string table, Partitions partitions, TimeProvider time) => Tables[table] = (partitions, time);

    public static void CountForgotten(string table, int count) => Forgotten.Add(count, Label(table));

    private static KeyValuePair<string, object?> Label(string table) => new("table", table);
}
