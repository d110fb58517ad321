using System.Globalization;
using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

/// <summary>
/// Takes one row: everybody in turn, round after round, and back again in every other round, so that a slow minute of the machine, and what
/// one leaves for the next, meets all; then the ledger is proved.
/// </summary>
internal static class Measurement
{
    private const int VerdictLinesMax = 5;

    public static async Task TakeAsync(Row row, BenchStage stage, Results results, Action<string> say, CancellationToken stop)
    {
        say($"Row {row.Name}.");
        await row.PrepareAsync(stop);
        await stage.SettleAsync(stop);
        await stage.CheckpointAsync(stop);
        for (var round = 1; round <= stage.Settings.Rounds; round++)
        {
            foreach (var subject in round % 2 == 1 ? row.Subjects : row.Subjects.Reverse())
            {
                var sample = await subject.MeasureAsync(stop);
                results.Add(row.Name, subject.Name, sample);
                say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  round {round}: {subject.Name}: {sample.Value:N2} {subject.Unit}{Calls(sample)}{Failures(sample)}"));
                await stage.SettleAsync(stop);
            }
        }

        foreach (var ledger in row.Ledgers)
        {
            var verdict = await (await ledger(stop)).VerifyAsync(stop);
            results.Add(row.Name, verdict);
            foreach (var line in verdict.Output.Split('\n').Take(VerdictLinesMax))
                say($"  {line}");
            if (!verdict.Sound)
                say("  The ledger is NOT sound: the row is void.");
        }
    }

    private static string Calls(Sample sample) => sample.Load is { } load && load.PerSecond != sample.Value
        ? string.Create(CultureInfo.InvariantCulture, $", {load.PerSecond:N0} calls/s")
        : "";

    private static string Failures(Sample sample) => sample.Load is { Refusals.Count: > 0 } load
        ? $" (failed: {string.Join(", ", load.Refusals.Select(refusal => $"{refusal.Key} {refusal.Value}"))})"
        : "";
}
