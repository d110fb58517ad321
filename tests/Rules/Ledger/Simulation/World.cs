using System.Globalization;

namespace BktSmart.Tests.Rules.Ledger.Simulation;

/// <summary>
/// One thread, a clock that jumps, and a seed. All code of a simulation runs as continuations that are posted here: which of those that are
/// ready goes next, and how long everything takes, is drawn from the seed. So a run depends on its seed alone, and the seed replays it.
///
/// Nothing of the simulated code may leave this context: no <see cref="Task.Run(Action)"/>, no <c>ConfigureAwait(false)</c>, no wait that
/// blocks.
/// </summary>
internal sealed class World : SynchronizationContext
{
    private const int TraceLines = 250;
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly PriorityQueue<Action, (long Microseconds, long Serial)> _later = new();
    private readonly Queue<string> _trace = [];
    private long _serial;

    public World(ulong seed)
    {
        Seed = seed;
        Draw = new SeededDraw(seed);
        Time = new Clock(this);
    }

    public ulong Seed { get; }

    public SeededDraw Draw { get; }

    public TimeProvider Time { get; }

    /// <summary>Since the start.</summary>
    public long NowMicroseconds { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Over all that happened, in its order.</summary>
    public ulong TraceHash { get; private set; } = 14695981039346656037;

    /// <summary>What happened how often, so that a test can say that it has seen something.</summary>
    public Dictionary<string, int> Counts { get; } = [];

    /// <summary>Null while all is well.</summary>
    public string? Failure { get; private set; }

    public void Fail(string failure)
    {
        Trace($"FAILED: {failure}");
        Failure ??= failure;
    }

    public void Require(bool condition, FormattableString failure)
    {
        if (!condition)
            Fail(failure.ToString(CultureInfo.InvariantCulture));
    }

    public void Count(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;

    public void Trace(FormattableString what) => Trace(what.ToString(CultureInfo.InvariantCulture));

    public string TraceEnd() => string.Join('\n', _trace);

    public override void Post(SendOrPostCallback d, object? state) => _ready.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing may wait for another thread.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs an activity; a defect in it fails the simulation.</summary>
    public void Begin(string name, Func<Task> activity) => Post(_ => _ = GuardAsync(name, activity), null);

    /// <summary>Waits; the continuation is one of those that are ready then.</summary>
    public Task DelayAsync(long microseconds)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        After(microseconds, over.SetResult);
        return over.Task;
    }

    /// <param name="microsecondsMax">The wait is drawn, up to this; mostly much shorter.</param>
    public Task SomeTimeAsync(int microsecondsMax) => DelayAsync(1 + Draw.Next(1 + Draw.Next(microsecondsMax)));

    public void After(long microseconds, Action action) => _later.Enqueue(action, (NowMicroseconds + microseconds, _serial++));

    /// <summary>Goes on until it is done, something failed, or nothing more will happen.</summary>
    /// <returns>Whether it is done.</returns>
    public bool Run(Func<bool> isDone, long stepsMax)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            for (; stepsMax > 0 && Failure is null; stepsMax--)
            {
                Steps++;
                if (_ready.Count > 0)
                {
                    var next = Draw.Next(_ready.Count);
                    var (callback, state) = _ready[next];
                    _ready[next] = _ready[^1];
                    _ready.RemoveAt(_ready.Count - 1);
                    callback(state);
                }
                else if (isDone())
                {
                    return true;
                }
                else if (_later.TryDequeue(out var action, out var at))
                {
                    NowMicroseconds = at.Microseconds;
                    action();
                }
                else
                {
                    return false;
                }
            }

            return false;
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private void Trace(string what)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{NowMicroseconds / 1000m:0.000} {what}");
        if (_trace.Count == TraceLines)
            _trace.Dequeue();
        _trace.Enqueue(line);
        var hash = TraceHash;
        unchecked
        {
            // FNV-1a
            foreach (var character in line)
                hash = (hash ^ character) * 1099511628211;
        }

        TraceHash = hash;
    }

    private async Task GuardAsync(string name, Func<Task> activity)
    {
        try
        {
            await activity();
        }
        catch (Exception exception)
        {
            Fail($"{name}: {exception}");
        }
    }

    private sealed class Clock(World world) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Start.AddMicroseconds(world.NowMicroseconds);

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => world.NowMicroseconds;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer();
            world.After(
                (long)dueTime.TotalMicroseconds,
                () =>
                {
                    if (!timer.IsDisposed)
                        callback(state);
                });
            return timer;
        }

        /// <summary>Goes off once, which is all that a delay needs.</summary>
        private sealed class Timer : ITimer
        {
            public bool IsDisposed { get; private set; }

            public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

            public void Dispose() => IsDisposed = true;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
