using System.Collections.Concurrent;
using System.Diagnostics;
using BktSmart.Bench.Load;
using BktSmart.Dev.Client;
using Grpc.Core;

namespace BktSmart.Bench.Jam;

/// <summary>What some callers see of the bank; any of them may add.</summary>
internal sealed class View
{
    /// <summary>Between two calls of one caller: four a second are many for a person.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Histogram _latency = new();

    public ConcurrentBag<string> Failures { get; } = [];

    public Quantiles Latency => _latency.ToQuantiles();

    public long Calls => _latency.Count;

    /// <summary>A caller's calls, one after the other and again, until the time is over.</summary>
    public async Task LookAsync(TimeSpan duration, CancellationToken stop, params Func<Task>[] calls)
    {
        var watch = Stopwatch.StartNew();
        // Not all callers at one moment.
        await Task.Delay(Pause * Random.Shared.NextDouble(), stop);
        for (var i = 0; watch.Elapsed < duration; i++)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await calls[i % calls.Length]();
            }
            catch (RpcException e) when (!stop.IsCancellationRequested)
            {
                Failures.Add(Refusal.From(e) is { Reason.Length: > 0 } refusal ? refusal.Reason : e.StatusCode.ToString());
            }

            _latency.Add(Stopwatch.GetElapsedTime(started));
            await Task.Delay(Pause, stop);
        }
    }
}
