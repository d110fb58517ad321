using BktSmart.Infrastructure;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Authentication;

public sealed class RevokedSessionsTest : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly FakeLifetime _lifetime = new();
    private readonly FakeAuthentication _authentication = new();
    private readonly RevokedSessions _revoked;

    public RevokedSessionsTest()
    {
        _revoked = new RevokedSessions(
            FakeGrains.With(_authentication), _lifetime, new OrderClock(Options.Create(new OrderOptions()), _time), _time,
            TestLog.Current.CreateLogger<RevokedSessions>());
    }

    public void Dispose()
    {
        _revoked.Dispose();
        _lifetime.Dispose();
    }

    [Fact]
    public void CancelWhenRevoked_SessionHasEnded_CancelsAtOnce()
    {
        var session = Guid.NewGuid();
        _revoked.Add(new Revocations([session], _time.GetUtcNow(), _time.GetUtcNow()));
        using var end = new CancellationTokenSource();
        using var watcher = _revoked.CancelWhenRevoked(session, end);
        Assert.True(end.IsCancellationRequested);
    }

    /// <summary>
    /// Of the second that a token of an ended session may still be good, this is the part that does not depend on the machine.
    /// </summary>
    [Fact]
    public async Task Execute_SessionEndsElsewhere_IsAskedForWithinAThirdOfASecond()
    {
        var stop = TestContext.Current.CancellationToken;
        var session = Guid.NewGuid();
        using var end = new CancellationTokenSource();
        using var watcher = _revoked.CancelWhenRevoked(session, end);
        await _revoked.StartAsync(stop);
        await _authentication.Asked.Reader.ReadAsync(stop);

        _authentication.Ended.Enqueue(session);
        _time.Advance(TimeSpan.FromMilliseconds(333));
        await _authentication.Asked.Reader.ReadAsync(stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), stop);
        await _revoked.StopAsync(stop);
        Assert.True(_revoked.Contains(session));
        Assert.True(end.IsCancellationRequested);
    }

    /// <summary>A frozen silo answers nobody; the next question goes to another.</summary>
    [Fact]
    public async Task Execute_NoAnswer_AsksAgainWithoutWaiting()
    {
        var stop = TestContext.Current.CancellationToken;
        _authentication.Silent = true;
        await _revoked.StartAsync(stop);
        await _authentication.Asked.Reader.ReadAsync(stop);
        Assert.False(_revoked.IsFresh);

        _authentication.Silent = false;
        _time.Advance(TimeSpan.FromMilliseconds(333));
        await _authentication.Asked.Reader.ReadAsync(stop).AsTask().WaitAsync(TimeSpan.FromSeconds(2), stop);
        await _revoked.StopAsync(stop);
        Assert.True(_revoked.IsFresh);
    }

    /// <summary>A stream may go, or fail, at the moment when its session ends.</summary>
    [Fact]
    public void Add_OneOfManyStreamsIsGoneAndAnotherFails_EndsTheOthersAndIsFresh()
    {
        var session = Guid.NewGuid();
        var ends = Enumerable.Range(0, 20).Select(_ => new CancellationTokenSource()).ToArray();
        var watchers = ends.Select(end => _revoked.CancelWhenRevoked(session, end)).ToArray();
        ends[3].Dispose();
        ends[5].Token.Register(() => throw new InvalidOperationException("The stream fails."));
        _revoked.Add(new Revocations([session], _time.GetUtcNow(), _time.GetUtcNow()));

        Assert.All(ends.Where(end => end != ends[3]), end => Assert.True(end.IsCancellationRequested));
        Assert.True(_revoked.IsFresh);
        foreach (var watcher in watchers)
            watcher.Dispose();
        foreach (var end in ends)
            end.Dispose();
    }

    [Fact]
    public void Dispose_OneOfTwoWatchers_LeavesTheOtherAndTheNextOne()
    {
        var session = Guid.NewGuid();
        using CancellationTokenSource first = new(), second = new(), third = new();
        var firstWatcher = _revoked.CancelWhenRevoked(session, first);
        using var secondWatcher = _revoked.CancelWhenRevoked(session, second);
        firstWatcher.Dispose();
        using var thirdWatcher = _revoked.CancelWhenRevoked(session, third);
        _revoked.Add(new Revocations([session], _time.GetUtcNow(), _time.GetUtcNow()));
        Assert.Equal((false, true, true), (first.IsCancellationRequested, second.IsCancellationRequested, third.IsCancellationRequested));
    }
}
