using System.Globalization;
using System.Text.Json;
using BktSmart.Bench.Load;
using BktSmart.Bench.Rows;

namespace BktSmart.Bench;

/// <summary>The table, and the same with everything else as JSON.</summary>
internal static class Report
{
    /// <summary>Of the names of rows, which stand on the left.</summary>
    private const int RowWidth = -16;

    private static readonly JsonSerializerOptions Json = new(LoadSpec.Json) { WriteIndented = true };

    public static void Print(IReadOnlyList<Row> rows, Results results)
    {
        Line("");
        Line($"{"row",RowWidth}{"who",-22}{"median",10}  {"min .. max",-19}{"unit",-9}{"p50 ms",8}{"p99 ms",8}{"failed",8}  % of a core");
        foreach (var row in rows)
        {
            foreach (var subject in row.Subjects)
                Line(Subject(row, subject, results));
            foreach (var goal in row.Goals)
                Line(Goal(goal, results));
            if (results.VerdictOf(row.Name) is { Sound: false } verdict)
                Line($"{"",RowWidth}VOID: {verdict.Output.Split('\n')[0]}");
        }
    }

    public static string ToJson(IReadOnlyList<Row> rows, Results results, BenchSettings settings) => JsonSerializer.Serialize(
        new
        {
            at = DateTimeOffset.UtcNow,
            cores = Environment.ProcessorCount,
            settings,
            rows = rows.Select(row => new
            {
                row.Name,
                isVoid = results.IsVoid(row.Name),
                verify = results.VerdictOf(row.Name),
                subjects = row.Subjects.Select(subject => new
                {
                    subject.Name,
                    subject.Unit,
                    median = results.Median(row.Name, subject.Name),
                    rounds = results.Of(row.Name, subject.Name),
                }),
                goals = row.Goals.Select(
                    goal => new { goal.Text, value = goal.Value(results), goal.Bound, goal.AtMost, met = goal.IsMet(results) }),
            }),
        },
        Json);

    private static string Subject(Row row, Subject subject, Results results)
    {
        var samples = results.Of(row.Name, subject.Name);
        if (samples.Count == 0)
            return $"{row.Name,RowWidth}{subject.Name,-22}{"–",10}";
        var loads = samples.Select(sample => sample.Load).OfType<LoadResult>().ToArray();
        var spread = $"{Number(samples.Min(sample => sample.Value))} .. {Number(samples.Max(sample => sample.Value))}";
        var (p50, p99, failed) = loads.Length == 0
            ? ("", "", "")
            : (Number(Results.Median(loads.Select(load => load.Latency.P50))), Number(
                Results.Median(loads.Select(load => load.Latency.P99))),
                loads.Sum(load => load.Refusals.Values.Sum()).ToString(CultureInfo.InvariantCulture));
        var cores = string.Join(' ', samples[0].Cores.Keys.Select(name =>
            string.Create(
                CultureInfo.InvariantCulture, $"{name} {100 * Results.Median(samples.Select(sample => sample.Cores[name])):F0}")));
        return $"{row.Name,RowWidth}{subject.Name,-22}{Number(results.Median(row.Name, subject.Name)!.Value),10}  "
            + $"{spread,-19}{subject.Unit,-9}{p50,8}{p99,8}{failed,8}  {cores}";
    }

    private static string Goal(Goal goal, Results results) =>
        $"{"",RowWidth}{goal.Text,-38}{(goal.Value(results) is { } value ? Number(value) : "–"),10}  "
            + $"{goal.IsMet(results) switch { true => "met", false => "missed", null => "" }}";

    private static string Number(double value) =>
        !double.IsFinite(value)
        ? "–"
        : value.ToString(Math.Abs(value) switch { >= 1000 => "N0", >= 10 => "F1", _ => "F2" }, CultureInfo.InvariantCulture);

    private static void Line(string text) => Console.WriteLine(text.TrimEnd());
}
