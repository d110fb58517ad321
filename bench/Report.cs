using System.Globalization;

namespace BktSmart.Bench;

/// <summary>The table. Ratios are to the first row, of the same run: machines differ, and so do their moments.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<Measurement> rows, bool sound)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"row",-18}{"calls/s",10}{"ratio",8}{"p50 ms",9}{"p99 ms",9}{"calls",10}"));
        foreach (var row in rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Name,-18}{row.CallsPerSecond,10:F0}{row.CallsPerSecond / rows[0].CallsPerSecond,8:F3}{row.MedianMs,9:F2}{row.P99Ms,9:F2}{row.Calls,10}"));
        }

        Console.WriteLine(sound ? "The ledger is sound." : "The ledger is NOT sound: the figures are void.");
    }
}
