using System.Diagnostics.Metrics;
using System.Threading.Channels;
using BktSmart.Admission;
using BktSmart.Authentication;
using BktSmart.Errors;
using Microsoft.Extensions.Options;

namespace BktSmart.Notifications;

/// <summary>
/// Follows inboxes for open streams. The numbers of an inbox rise in the order of its commits, so the last one that was sent is the whole
/// state of a stream: after every wake-up, and from time to time without one, the stream reads what comes after that number and sends it.
/// Wake-ups may be lost, doubled or late, and the cluster may go away for a while, without a notification lost, doubled or out of order. A
/// stream ends with its caller, with its session, with the session's newest access token, and with this host.
/// </summary>
internal sealed partial class NotificationWatch
{
    private static readonly Meter Meter = new(BankTelemetry.Name);

    private const int BatchCount = 100;
    private static readonly TimeSpan RetryDelayMin = TimeSpan.FromSeconds(1);

    /// <summary>How long a stream that ends waits for the message that is on its way.</summary>
    private static readonly TimeSpan LastSendMax = TimeSpan.FromSeconds(1);

    // Under the lock: the streams of a session, each by what ends it, the oldest first. No session is there without one.
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, LinkedList<CancellationTokenSource>> _streamsOf = [];
    private int _count;

    private readonly IGrainFactory _grains;
    private readonly RevokedSessions _revoked;
    private readonly NotificationWatchOptions _options;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<NotificationWatch> _logger;

    public NotificationWatch(
        IGrainFactory grains, RevokedSessions revoked, IOptions<NotificationWatchOptions> options, IHostApplicationLifetime lifetime,
        TimeProvider time, ILogger<NotificationWatch> logger)
    {
        (_grains, _revoked, _options, _lifetime, _time, _logger) = (grains, revoked, options.Value, lifetime, time, logger);
        Meter.CreateObservableUpDownCounter<int>(
            "bank.api.stream.active", () => Volatile.Read(ref _count), "{stream}", "Open streams of notifications");
    }

    /// <param name="afterNumber">Send those with a higher number; null for those that arrive from now on.</param>
    /// <param name="send">
    /// Sends one notification, or a heartbeat for null, and waits until the caller can take the next. Its token breaks the call off, so
    /// that the caller is not told why the stream ends; that is for a caller who takes nothing any more.
    /// </param>
    public async Task Run(
        SignedInCustomer customer, long? afterNumber, Func<Notification?, CancellationToken, Task> send, CancellationToken callerGone)
    {
        using var replaced = new CancellationTokenSource();
        if (!TryEnter(customer.SessionId, replaced))
        {
            Refusals.Count(nameof(NotificationWatchOptions.CountMax));
            throw Refuse.Because(Reason.Overloaded);
        }

        var inbox = _grains.NotificationInbox(customer.Number);
        // The runtime refers to an observer weakly; this variable is what keeps it alive.
        var wakeUp = new WakeUp();
        INotificationObserver? observer = null;
        try
        {
            observer = _grains.CreateObjectReference<INotificationObserver>(wakeUp);
            using var tokenExpired = new CancellationTokenSource();
            using var sessionEnded = new CancellationTokenSource();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(
                callerGone, tokenExpired.Token, sessionEnded.Token, replaced.Token, _lifetime.ApplicationStopping);
            using var watcher = _revoked.CancelWhenRevoked(customer.SessionId, sessionEnded);
            using var breakOff = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
            using var ending = end.Token.Register(() => breakOff.CancelAfter(LastSendMax));
            using var over = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
            var tokens = FollowTokens(customer, tokenExpired, over.Token);
            try
            {
                await Follow(inbox, wakeUp, observer, afterNumber, notification => send(notification, breakOff.Token), end.Token);
            }
            catch (Exception) when (!callerGone.IsCancellationRequested && end.IsCancellationRequested)
            {
                throw Refuse.Because(
                    sessionEnded.IsCancellationRequested ? Reason.SessionEnded
                    : tokenExpired.IsCancellationRequested ? Reason.TokenExpired
                    : replaced.IsCancellationRequested ? Reason.StreamReplaced
                    : Reason.Unavailable);
            }
            finally
            {
                await over.CancelAsync();
                await tokens;
            }
        }
        finally
        {
            Withdraw(customer.SessionId, replaced);
            _ = Leave(inbox, wakeUp, observer);
        }
    }

    /// <summary>The oldest stream of the session gives way: nobody with its token keeps its owner out by streams.</summary>
    private bool TryEnter(Guid session, CancellationTokenSource replaced)
    {
        lock (_lock)
        {
            if (Volatile.Read(ref _count) >= _options.CountMax)
                return false;
            Interlocked.Increment(ref _count);
            if (!_streamsOf.TryGetValue(session, out var streams))
                _streamsOf.Add(session, streams = []);
            if (streams.Count >= _options.CountPerSessionMax)
            {
                // It takes the lock before it is disposed of.
                _ = streams.First!.Value.CancelAsync();
                streams.RemoveFirst();
            }

            streams.AddLast(replaced);
            return true;
        }
    }

    private void Withdraw(Guid session, CancellationTokenSource replaced)
    {
        lock (_lock)
        {
            if (_streamsOf.TryGetValue(session, out var streams) && streams.Remove(replaced) && streams.Count == 0)
                _streamsOf.Remove(session);
        }
    }

    /// <summary>
    /// Says when the stream has to end: with the token that it came with, or, where the app has refreshed the session meanwhile, with the
    /// newest one.
    /// </summary>
    private async Task FollowTokens(SignedInCustomer customer, CancellationTokenSource expired, CancellationToken over)
    {
        var until = customer.TokenExpiresAt;
        try
        {
            while (true)
            {
                var left = until - _time.GetUtcNow();
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, over);
                if (await _grains.Session(customer.SessionId).GetAccessEnd(over) is not { } newest || newest <= until)
                    break;
                until = newest;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (ClusterFaults.Classify(exception) is not null)
        {
            // Nobody says that there is another token.
        }

        await expired.CancelAsync();
    }

    private async Task Follow(
        INotificationInboxGrain inbox, WakeUp wakeUp, INotificationObserver observer, long? afterNumber,
        Func<Notification?, Task> send, CancellationToken end)
    {
        // Without a starting point the first failure goes to the caller, who has nothing yet that could be continued.
        var last = afterNumber ?? await inbox.GetLastNumber(end);
        long? renewed = null;
        var sent = _time.GetTimestamp();
        var retryDelay = RetryDelayMin;
        while (true)
        {
            var pause = _options.PollInterval;
            try
            {
                // Registering comes before reading, so that nothing arrives unseen between the two.
                if (renewed is not { } at || _time.GetElapsedTime(at) >= _options.RenewInterval)
                {
                    await inbox.Watch(observer, end);
                    renewed = _time.GetTimestamp();
                }

                var newest = await SendAfter(inbox, last, send, end);
                var isDue = newest == last && _time.GetElapsedTime(sent) >= _options.HeartbeatInterval;
                if (isDue)
                    await send(null);
                if (isDue || newest > last)
                    sent = _time.GetTimestamp();
                last = newest;
                retryDelay = RetryDelayMin;
            }
            catch (Exception exception) when (!end.IsCancellationRequested && ClusterFaults.Classify(exception) is not null)
            {
                LogInterrupted(exception.GetType().Name, retryDelay);
                // Another silo may hold the inbox by then, and it knows no watchers.
                renewed = null;
                pause = retryDelay;
                retryDelay = TimeSpan.FromTicks(Math.Min(retryDelay.Ticks * 2, _options.RetryDelayMax.Ticks));
            }

            await wakeUp.Wait(pause, _time, end);
        }
    }

    private static async Task<long> SendAfter(
        INotificationInboxGrain inbox, long last, Func<Notification?, Task> send, CancellationToken end)
    {
        IReadOnlyList<Notification> batch;
        do
        {
            batch = await inbox.ListAfter(last, BatchCount, end);
            foreach (var notification in batch)
            {
                if (notification.Number <= last)
                    throw new InvalidOperationException($"After notification {last} the inbox gave {notification.Number}.");
                end.ThrowIfCancellationRequested();
                await send(notification);
                last = notification.Number;
            }
        }
        while (batch.Count == BatchCount);
        return last;
    }

    /// <summary>
    /// The inbox forgets a watcher by itself; telling it is a courtesy that never fails, and the end of a stream does not wait for it. The
    /// stream keeps its place until then, so that who comes and goes all the time leaves no more behind than there are places.
    /// </summary>
    private async Task Leave(INotificationInboxGrain inbox, WakeUp wakeUp, INotificationObserver? observer)
    {
        try
        {
            if (observer is not null)
                await inbox.Unwatch(observer, CancellationToken.None).WaitAsync(RetryDelayMin, _time, CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogNotUnwatched(exception);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
            // A wake-up that is on its way finds nobody then. Orleans would log that as an error: appsettings.json has it off.
            if (observer is not null)
                _grains.DeleteObjectReference<INotificationObserver>(observer);
            GC.KeepAlive(wakeUp);
        }
    }

    [LoggerMessage(5101, LogLevel.Warning, "A stream of notifications is interrupted by {Error}; next attempt in {Delay}")]
    private partial void LogInterrupted(string error, TimeSpan delay);

    [LoggerMessage(5102, LogLevel.Debug, "An inbox could not be told that a watcher left")]
    private partial void LogNotUnwatched(Exception exception);

    /// <summary>Remembers that the inbox has something new; many wake-ups before one look are one.</summary>
    private sealed class WakeUp : INotificationObserver
    {
        private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public Task Arrived()
        {
            _signal.Writer.TryWrite(true);
            return Task.CompletedTask;
        }

        /// <summary>Returns at the next wake-up or after the longest pause.</summary>
        public async Task Wait(TimeSpan pause, TimeProvider time, CancellationToken cancellationToken)
        {
            using var timeout = new CancellationTokenSource(pause, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
            try
            {
                await _signal.Reader.ReadAsync(ended.Token);
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }
}
