using System.Threading.Channels;
using BktSmart.Answers;
using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Infrastructure;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using BktSmart.Values;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Notifications;

public sealed class NotificationWatchTest : IDisposable
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan Interval = new NotificationWatchOptions().HeartbeatInterval;
    private static readonly Guid Session = Guid.NewGuid();

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly FakeInbox _inbox = new();
    private readonly FakeSession _session = new();
    private readonly FakeLifetime _lifetime = new();
    private readonly CancellationTokenSource _caller =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Channel<long> _sent = Channel.CreateUnbounded<long>();
    private readonly NotificationWatch _watch;

    private readonly RevokedSessions _revoked;

    public NotificationWatchTest()
    {
        _revoked = new RevokedSessions(
            FakeGrains.With(_inbox), _lifetime, new OrderClock(Options.Create(new OrderOptions()), _time), _time,
            TestLog.Current.CreateLogger<RevokedSessions>());
        _watch = new NotificationWatch(
            FakeGrains.With(_inbox, _session), _revoked,
            Options.Create(new NotificationWatchOptions { CountMax = 3, CountPerSessionMax = 2 }), _lifetime, _time,
            TestLog.Current.CreateLogger<NotificationWatch>());
    }

    public void Dispose()
    {
        _revoked.Dispose();
        _caller.Dispose();
        _lifetime.Dispose();
    }

    [Fact]
    public async Task Run_MoreThanABatchIsWaiting_SendsAllInOrder()
    {
        AddThrough(250);
        var run = Run(after: 3);

        for (var expected = 4; expected <= 250; expected++)
            Assert.Equal(expected, await Next());
        await Leave(run);
    }

    [Fact]
    public async Task Run_NoStartingPoint_SendsOnlyWhatArrives()
    {
        AddThrough(5);
        var run = Run(after: null);
        await _inbox.Watched.Task;

        _inbox.Add(6);
        await _inbox.WakeUp();
        Assert.Equal(6, await Next());
        await Leave(run);
    }

    [Fact]
    public async Task Run_WakeUpIsLost_PollFindsTheNotification()
    {
        var run = Run(after: 0);
        await _inbox.Watched.Task;

        _inbox.Add(1);
        Assert.Equal(1, await NextWhileTimePasses(run));
        await Leave(run);
    }

    [Fact]
    public async Task Run_ClusterIsAwayForAWhile_GoesOnWithoutAGap()
    {
        AddThrough(2);
        var run = Run(after: 0);
        Assert.Equal(1, await Next());
        Assert.Equal(2, await Next());

        _inbox.CallsToFail = 6;
        _inbox.Add(3);
        Assert.Equal(3, await NextWhileTimePasses(run));
        Assert.Equal(0, _inbox.CallsToFail);
        await Leave(run);
    }

    [Fact]
    public async Task Run_DatabaseIsAwayForAWhile_GoesOnWithoutAGap()
    {
        var run = Run(after: 0);
        await _inbox.Watched.Task;

        _inbox.Failure = new StorageUnavailableException();
        _inbox.CallsToFail = 6;
        _inbox.Add(1);
        Assert.Equal(1, await NextWhileTimePasses(run));
        Assert.Equal(0, _inbox.CallsToFail);
        await Leave(run);
    }

    [Fact]
    public async Task Run_TokenExpires_EndsAsExpired()
    {
        var run = Run(after: 0);
        await _inbox.Watched.Task;
        _time.Advance(TokenLifetime);

        var refused = await Refused.By(() => run);
        Assert.Equal(new Refused("TOKEN_EXPIRED", StatusCode.Unauthenticated, null), refused);
        Assert.True(_inbox.Unwatched);
    }

    [Fact]
    public async Task Run_SessionIsEnded_EndsAtOnce()
    {
        var run = Run(after: 0);
        await _inbox.Watched.Task;
        _revoked.Add(new Revocations([Session], _time.GetUtcNow(), _time.GetUtcNow()));

        Assert.Equal(new Refused("SESSION_ENDED", StatusCode.Unauthenticated, null), await Refused.By(() => run));
        Assert.Equal("SESSION_ENDED", (await Refused.By(() => Run(after: 0))).Reason);
    }

    [Fact]
    public async Task Run_SessionIsEndedAndInboxDoesNotAnswer_EndsAtOnce()
    {
        _inbox.UnwatchAnswer = new TaskCompletionSource().Task;
        var run = Run(after: 0);
        await _inbox.Watched.Task;
        _revoked.Add(new Revocations([Session], _time.GetUtcNow(), _time.GetUtcNow()));

        // Time stands still.
        Assert.Equal("SESSION_ENDED", (await Refused.By(() => run.WaitAsync(TimeSpan.FromSeconds(30)))).Reason);
        Assert.True(_inbox.Unwatched);
    }

    [Fact]
    public async Task Run_SessionIsEndedWhileANotificationIsSent_EndsWhenItIsSent()
    {
        AddThrough(2);
        TaskCompletionSource sent = new();
        TaskCompletionSource<CancellationToken> sending = new();
        var sendings = 0;
        var run = Run(after: 0, send: (_, token) =>
        {
            sendings++;
            sending.TrySetResult(token);
            return sent.Task;
        });
        var breakOff = await sending.Task;
        _revoked.Add(new Revocations([Session], _time.GetUtcNow(), _time.GetUtcNow()));
        Assert.False(breakOff.IsCancellationRequested, "The call was broken off, so the caller does not hear why the stream ends.");
        Assert.False(run.IsCompleted);

        sent.SetResult();
        Assert.Equal("SESSION_ENDED", (await Refused.By(() => run)).Reason);
        Assert.Equal(1, sendings);
    }

    [Fact]
    public async Task Run_SessionIsEndedAndCallerTakesNothing_BreaksTheCallOffASecondLater()
    {
        AddThrough(1);
        TaskCompletionSource sending = new();
        var run = Run(after: 0, send: (_, breakOff) =>
        {
            sending.SetResult();
            return Task.Delay(Timeout.Infinite, breakOff);
        });
        await sending.Task;
        _revoked.Add(new Revocations([Session], _time.GetUtcNow(), _time.GetUtcNow()));

        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("SESSION_ENDED", (await Refused.By(() => run.WaitAsync(TimeSpan.FromSeconds(30)))).Reason);
    }

    [Fact]
    public async Task Run_EndedAndInboxDoesNotAnswer_KeepsItsPlaceUntilNobodyWaitsForTheInbox()
    {
        _inbox.UnwatchAnswer = new TaskCompletionSource().Task;
        var ended = Run(after: 0);
        Task[] others = [Run(after: 0, session: Guid.NewGuid()), Run(after: 0, session: Guid.NewGuid())];
        await _inbox.Watched.Task;
        _revoked.Add(new Revocations([Session], _time.GetUtcNow(), _time.GetUtcNow()));
        Assert.Equal("SESSION_ENDED", (await Refused.By(() => ended)).Reason);

        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        var tooMany = Run(after: 0, session: Guid.NewGuid());
        Assert.True(tooMany.IsFaulted, "The place was given away while the inbox was told.");
        Assert.Equal("OVERLOADED", (await Refused.By(() => tooMany)).Reason);

        _time.Advance(TimeSpan.FromTicks(1));
        var next = Task.CompletedTask;
        Assert.True(
            SpinWait.SpinUntil(() => !(next = Run(after: 0, session: Guid.NewGuid())).IsFaulted, TimeSpan.FromSeconds(30)),
            "The place was never given away.");

        await EndAll([.. others, next]);
    }

    [Fact]
    public async Task Run_HostStops_EndsAsUnavailable()
    {
        var run = Run(after: 0);
        await _inbox.Watched.Task;
        _lifetime.StopApplication();

        Assert.Equal("UNAVAILABLE", (await Refused.By(() => run)).Reason);
    }

    [Fact]
    public async Task Run_OneTooManyOfASession_EndsItsOldest()
    {
        var oldest = Run(after: 0);
        var next = Run(after: 0);
        var newest = Run(after: 0);
        Assert.Equal(new Refused("STREAM_REPLACED", StatusCode.Aborted, null), await Refused.By(() => oldest));
        Assert.False(next.IsCompleted || newest.IsCompleted);

        await EndAll([next, newest]);
    }

    [Fact]
    public async Task Run_OneTooManyOfAll_IsRefusedUntilAnotherEnds()
    {
        Task[] runs = [Run(after: 0), Run(after: 0, session: Guid.NewGuid()), Run(after: 0, session: Guid.NewGuid())];
        Assert.Equal("OVERLOADED", (await Refused.By(() => Run(after: 0))).Reason);

        await EndAll(runs);
        Assert.Equal("UNAVAILABLE", (await Refused.By(() => Run(after: 0))).Reason);
    }

    [Fact]
    public async Task Run_SessionIsRefreshed_GoesOnUntilItsNewestTokenEnds()
    {
        var run = Run(after: 0);
        await _inbox.Watched.Task;
        _session.AccessEnd = _time.GetUtcNow() + 2 * TokenLifetime;

        _time.Advance(TokenLifetime);
        _inbox.Add(1);
        await _inbox.WakeUp();
        Assert.Equal(1, await Next());
        _time.Advance(TokenLifetime);
        Assert.Equal("TOKEN_EXPIRED", (await Refused.By(() => run)).Reason);
    }

    [Fact]
    public async Task Run_NothingArrives_SendsHeartbeats()
    {
        var heard = Channel.CreateUnbounded<(long? Number, DateTimeOffset At)>();
        var run = Run(
            after: 0,
            send: (notification, _) => heard.Writer.WriteAsync((notification?.Number, _time.GetUtcNow()), _caller.Token).AsTask());
        await _inbox.Watched.Task;
        var begun = _time.GetUtcNow();

        var first = await BeatAsync();
        var second = await BeatAsync();
        // The clock of this test runs on while the stream gets its turn: no upper bound.
        Assert.True(first - begun >= Interval, $"{first - begun}");
        Assert.True(second - first >= Interval, $"{second - first}");
        await Leave(run);

        async Task<DateTimeOffset> BeatAsync()
        {
            (long? Number, DateTimeOffset At) beat;
            while (!heard.Reader.TryRead(out beat))
            {
                Assert.False(run.IsCompleted, $"{run.Exception}");
                _time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Yield();
            }

            Assert.Null(beat.Number);
            return beat.At;
        }
    }

    /// <summary>A heartbeat says that nothing was missed, and while the inbox is away nobody knows.</summary>
    [Fact]
    public async Task Run_InboxIsAway_SendsNoHeartbeat()
    {
        var run = Run(after: 0, send: (_, _) => throw new InvalidOperationException("A heartbeat was sent."));
        await _inbox.Watched.Task;
        _inbox.CallsToFail = int.MaxValue;
        // As many steps as bring heartbeats where the inbox answers.
        for (var i = 0; i < 2_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
            Assert.False(run.IsCompleted, $"{run.Exception}");
        }

        await Leave(run);
    }

    /// <summary>Numbers rise; what is not wanted or was forgotten leaves gaps.</summary>
    [Fact]
    public async Task Run_NumbersHaveGaps_SendsAllInOrder()
    {
        _inbox.Add(1);
        _inbox.Add(3);
        var run = Run(after: 0);
        Assert.Equal(1, await Next());
        Assert.Equal(3, await Next());
        _inbox.Add(1_796_000_000_000_000);
        await _inbox.WakeUp();
        Assert.Equal(1_796_000_000_000_000, await Next());
        await Leave(run);
    }

    [Fact]
    public async Task Run_InboxGoesBack_DoesNotSendIt()
    {
        _inbox.Add(3);
        _inbox.Add(2);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Run(after: 0));
        Assert.Equal(3, await Next());
        Assert.False(_sent.Reader.TryRead(out _));
    }

    private Task Run(
        long? after, Guid? session = null, Func<Notification?, CancellationToken, Task>? send = null) =>
        _watch.Run(
            new SignedInCustomer(CustomerNumber.From(123_456_789), session ?? Session, _time.GetUtcNow() + TokenLifetime),
            after,
            send ?? ((notification, breakOff) =>
                notification is null ? Task.CompletedTask : _sent.Writer.WriteAsync(notification.Number, breakOff).AsTask()),
            _caller.Token);

    private async Task EndAll(IEnumerable<Task> runs)
    {
        _lifetime.StopApplication();
        foreach (var run in runs)
            await Assert.ThrowsAsync<RefusedException>(() => run);
    }

    private async Task Leave(Task run)
    {
        await _caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.True(_inbox.Unwatched, "The inbox still sends wake-ups.");
    }

    private void AddThrough(long last)
    {
        for (var number = 1L; number <= last; number++)
            _inbox.Add(number);
    }

    private ValueTask<long> Next() => _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);

    private async Task<long> NextWhileTimePasses(Task run)
    {
        long number;
        while (!_sent.Reader.TryRead(out number))
        {
            Assert.False(run.IsCompleted, $"The stream ended at {_time.GetUtcNow():O}: {run.Exception}");
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return number;
    }
}
