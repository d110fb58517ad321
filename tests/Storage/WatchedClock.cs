using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Tests.Storage;

/// <summary>A clock that a test moves once it knows that somebody waits for it.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Ends when somebody waits for the clock; once for each who does.</summary>
    public Task WaitsAsync() => _waits.Reader.ReadAsync().AsTask();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }
}
