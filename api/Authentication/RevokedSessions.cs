using System.Collections.Concurrent;
using BktSmart.Ledger;

namespace BktSmart.Authentication;

/// <summary>
/// The sessions that ended before their access tokens do. A token carries its own proof, so this is what makes it worthless at once: every
/// node asks for the news several times a second, each time another silo, and waits for no answer before it asks the next. A node that gets
/// no news for some seconds cannot tell, and lets nobody in.
/// </summary>
internal sealed partial class RevokedSessions(
    IGrainFactory grains, IHostApplicationLifetime lifetime, OrderClock orders, TimeProvider time, ILogger<RevokedSessions> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(3);

    /// <summary>One answer may take its time, and the next may fail.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(8);

    /// <summary>An access token lives for five minutes at most.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<Guid, long> _revoked = new();

    // Under the lock: a watcher that comes must not be put among those of a session whose last one just leaves, and answers may overlap.
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, HashSet<CancellationTokenSource>> _watched = [];
    private DateTimeOffset _until;

    // The timestamp of the last answer; zero before the first.
    private long _answered;

    /// <summary>Whether the news is fresh enough to let somebody in.</summary>
    public bool IsFresh => Interlocked.Read(ref _answered) is var answered and not 0 && time.GetElapsedTime(answered) <= FreshFor;

    public bool Contains(Guid session) => _revoked.ContainsKey(session);

    /// <summary>Cancels when the session ends, until what it gives is disposed of.</summary>
    public IDisposable CancelWhenRevoked(Guid session, CancellationTokenSource end)
    {
        lock (_lock)
        {
            if (_watched.TryGetValue(session, out var watchers))
                watchers.Add(end);
            else
                _watched.Add(session, [end]);
        }

        if (Contains(session))
            end.Cancel();
        return new Watcher(this, session, end);
    }

    /// <summary>Takes in what the cluster says.</summary>
    internal void Add(Revocations news)
    {
        foreach (var session in news.Sessions)
        {
            if (!_revoked.TryAdd(session, time.GetTimestamp()))
                continue;
            foreach (var end in WatchersOf(session))
                Cancel(end);
        }

        orders.Hear(news.DatabaseTime);
        lock (_lock)
            _until = news.Until > _until ? news.Until : _until;
        Interlocked.Exchange(ref _answered, time.GetTimestamp());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await lifetime.Started(stoppingToken))
            return;
        _until = time.GetUtcNow() - Kept;
        var wasFresh = false;
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            _ = AskAsync(stoppingToken);
            if (IsFresh != wasFresh)
            {
                wasFresh = !wasFresh;
                if (wasFresh)
                    LogFresh();
                else
                    LogNotFresh(FreshFor);
            }

            foreach (var (session, at) in _revoked)
            {
                if (time.GetElapsedTime(at) > Kept)
                    _revoked.TryRemove(session, out _);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task AskAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            limit.CancelAfter(AskTimeout);
            DateTimeOffset until;
            lock (_lock)
                until = _until;
            Add(await grains.Authentication().GetRevocations(until, limit.Token).WaitAsync(limit.Token));
        }
        catch (Exception exception)
        {
            if (!stoppingToken.IsCancellationRequested)
                LogNoNews(exception);
        }
    }

    private CancellationTokenSource[] WatchersOf(Guid session)
    {
        lock (_lock)
            return _watched.TryGetValue(session, out var watchers) ? [.. watchers] : [];
    }

    /// <summary>What happens to one stream must not keep the news from another.</summary>
    private void Cancel(CancellationTokenSource end)
    {
        try
        {
            end.Cancel();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or AggregateException)
        {
            LogNotCancelled(exception);
        }
    }

    private sealed class Watcher(RevokedSessions owner, Guid session, CancellationTokenSource end) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._lock)
            {
                if (owner._watched.TryGetValue(session, out var watchers) && watchers.Remove(end) && watchers.Count == 0)
                    owner._watched.Remove(session);
            }
        }
    }

    [LoggerMessage(5002, LogLevel.Debug, "A stream of an ended session was gone, or failed while it was ended")]
    private partial void LogNotCancelled(Exception exception);

    [LoggerMessage(5004, LogLevel.Information, "The node knows which sessions have ended")]
    private partial void LogFresh();

    [LoggerMessage(5005, LogLevel.Warning, "No customer is let in: there is no news of ended sessions since {FreshFor}")]
    private partial void LogNotFresh(TimeSpan freshFor);

    [LoggerMessage(5003, LogLevel.Debug, "The ended sessions could not be fetched")]
    private partial void LogNoNews(Exception exception);
}
