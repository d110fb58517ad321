using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Bench.Load;

/// <summary>
/// The load process, <c>bench load</c>: reads a <see cref="LoadSpec"/> from its input, warms up, says <see cref="Begun"/>, measures, prints
/// a <see cref="LoadResult"/>, lets the calls that are still under way end, says <see cref="Idle"/>, and reads the next. It stays, because
/// compiling itself again for each measurement would take the processor from what is measured.
/// </summary>
internal sealed class LoadWorker(LoadSpec spec, Traffic traffic)
{
    public const string Verb = "load";
    public const string Begun = "begun";
    public const string Idle = "idle";

    /// <summary>
    /// An open loop that nobody answers must not fill the memory: what is due beyond this is counted, and not sent. Four times what a node
    /// lets in, so that it always has some to refuse.
    /// </summary>
    private const int OpenInFlightMax = 4_000;
    private const string NotSent = "NOT_SENT";

    /// <summary>
    /// Counts as latency, because a call is timed from when it was due. Shorter pauses wake the process more often, on cores that it shares
    /// with what it measures.
    /// </summary>
    private const double PauseMinMicroseconds = 500;

    /// <summary>Until the end of the measurement is noticed.</summary>
    private const double PauseMaxMicroseconds = 10_000;

    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(15);

    private volatile Record _record = new();
    private volatile bool _over;
    private int _underWay;

    public static async Task<int> RunAsync()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var spec = JsonSerializer.Deserialize<LoadSpec>(line, LoadSpec.Json)!;
            using (var traffic = new Traffic(spec))
                await new LoadWorker(spec, traffic).MeasureAsync();
            GC.Collect();
            Console.WriteLine(Idle);
        }

        return 0;
    }

    private async Task MeasureAsync()
    {
        var load = spec.RatePerSecond is { } rate
            ? Task.Factory.StartNew(() => Dispatch(rate), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : Task.WhenAll(Enumerable.Range(0, spec.InFlight).Select(seed => Task.Run(() => LoopAsync(new Caller(seed)))));
        await Task.WhenAny(load, Task.Delay(TimeSpan.FromSeconds(spec.WarmUpSeconds)));

        // What ends from here on counts, whenever it began.
        var measured = _record = new Record();
        var watch = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        Console.WriteLine(Begun);
        await Task.WhenAny(load, Task.Delay(TimeSpan.FromSeconds(spec.Seconds)));
        _record = new Record();
        var result = measured.ToResult(
            watch.Elapsed, Environment.CpuUsage.TotalTime - cpu, Volatile.Read(ref _underWay),
            spec.FirstAccount + Math.Min(traffic.Taken, spec.Accounts));
        _over = true;
        Console.WriteLine(JsonSerializer.Serialize(result, LoadSpec.Json));

        var drain = Stopwatch.StartNew();
        await Task.WhenAny(load, Task.Delay(DrainMax));
        while (Volatile.Read(ref _underWay) > 0 && drain.Elapsed < DrainMax)
            await Task.Delay(10);
    }

    private async Task LoopAsync(Caller caller)
    {
        while (!_over)
        {
            var started = Stopwatch.GetTimestamp();
            if (traffic.Send(caller) is not { } call)
                return;
            await FinishAsync(call, started);
        }
    }

    private void Dispatch(double rate)
    {
        var caller = new Caller(0);
        var due = (double)Stopwatch.GetTimestamp();
        while (!_over)
        {
            for (var now = Stopwatch.GetTimestamp(); due <= now
                && !_over; due += -Math.Log(1 - caller.Random.NextDouble()) / rate * Stopwatch.Frequency)
            {
                if (Volatile.Read(ref _underWay) < OpenInFlightMax && traffic.Send(caller) is { } call)
                    _ = FinishAsync(call, (long)due);
                else
                    _record.Add(TimeSpan.Zero, NotSent);
            }

            // Task.Delay and Thread.Sleep are too coarse: they would add a millisecond to what is measured.
            var untilDue = (due - Stopwatch.GetTimestamp()) / Stopwatch.Frequency * 1e6;
            _ = Sleep((uint)Math.Clamp(untilDue, PauseMinMicroseconds, PauseMaxMicroseconds));
        }
    }

    private async Task FinishAsync(Task call, long started)
    {
        Interlocked.Increment(ref _underWay);
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _record.Add(Stopwatch.GetElapsedTime(started), call.IsCompletedSuccessfully ? null : Reason(call.Exception?.InnerException));
        Interlocked.Decrement(ref _underWay);
    }

    private static string Reason(Exception? exception) => exception switch
    {
        // The one refusal that comes in masses: its details are not read.
        RpcException { StatusCode: StatusCode.ResourceExhausted } => "RESOURCE_EXHAUSTED",
        RpcException refusal => refusal.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? refusal.StatusCode.ToString(),
        _ => exception?.GetType().Name ?? "CANCELLED",
    };

    [DllImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sleep(uint microseconds);

    private sealed class Record
    {
        private readonly Histogram _done = new();
        private readonly Histogram _refused = new();
        private readonly ConcurrentDictionary<string, long> _refusals = new();

        public void Add(TimeSpan latency, string? refusal)
        {
            if (refusal is null)
            {
                _done.Add(latency);
                return;
            }

            _refused.Add(latency);
            _refusals.AddOrUpdate(refusal, 1, (_, count) => count + 1);
        }

        public LoadResult ToResult(TimeSpan elapsed, TimeSpan cpu, int unfinished, int nextAccount) => new(
            elapsed.TotalSeconds, _done.Count, _done.ToQuantiles(), _refusals, _refused.ToQuantiles(), unfinished, cpu.TotalSeconds,
            nextAccount);
    }
}
