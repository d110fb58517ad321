using System.Collections.Concurrent;
using System.Diagnostics;

namespace BktSmart.Bench;

/// <summary>What one row came to, in a closed loop with a fixed number of calls in flight, after a warm-up.</summary>
internal sealed record Measurement(string Name, double CallsPerSecond, double MedianMs, double P99Ms, long Calls)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static async Task<Measurement> TakeAsync(string name, Func<Random, Task> call, int inFlight, TimeSpan duration, CancellationToken stop)
    {
        Console.WriteLine($"Measuring {name}.");
        await LoopAsync(call, inFlight, WarmUp, stop);
        var watch = Stopwatch.StartNew();
        var latencies = await LoopAsync(call, inFlight, duration, stop);
        var elapsed = watch.Elapsed;
        latencies.Sort();
        return new Measurement(
            name, latencies.Count / elapsed.TotalSeconds, At(latencies, 0.5), At(latencies, 0.99), latencies.Count);
    }

    private static async Task<List<double>> LoopAsync(Func<Random, Task> call, int inFlight, TimeSpan duration, CancellationToken stop)
    {
        var all = new ConcurrentBag<List<double>>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var mine = new List<double>();
            while (watch.Elapsed < duration)
            {
                var started = Stopwatch.GetTimestamp();
                await call(random);
                mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                stop.ThrowIfCancellationRequested();
            }

            all.Add(mine);
        }, stop)));
        return [.. all.SelectMany(list => list)];
    }

    private static double At(List<double> sorted, double quantile) => sorted[(int)((sorted.Count - 1) * quantile)];
}
