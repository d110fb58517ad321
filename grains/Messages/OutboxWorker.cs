using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Messages;

// Each channel has a lane of its own, and each lane so many slots. A lane claims as many messages as it has free slots, and looks again
// when a slot is free, when a commit of this silo added a message, and after the poll interval. A message holds its slot until the gateway
// answers or its time-out is over; the others go on. What the gateway did not take is put off, for longer each time, and the messages
// behind it wait with it.
//
// The lease of a message outlives its time-out and what follows. A silo that dies in between leaves the message to whoever looks after the
// end of the lease; it then goes out again, under the same id.

/// <summary>Sends the messages of the outbox: at least once, and in order for each recipient.</summary>
internal sealed partial class OutboxWorker : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int EndsAtOnceMax = 200;

    /// <summary>For noting what became of a message, on top of the time-outs.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ForgetTimeout = TimeSpan.FromSeconds(5);

    private readonly OutboxStore _store;
    private readonly OutboxSignal _signal;
    private readonly IPushGateway _push;
    private readonly ISmsGateway _sms;
    private readonly IPushRecipients _recipients;
    private readonly MessageDeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<OutboxWorker> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SharedStatement<OutboxMessage, bool> _ends;
    private readonly Lane[] _lanes;
    private Task _loops = Task.CompletedTask;

    public OutboxWorker(
        OutboxStore store, OutboxSignal signal, IPushGateway push, ISmsGateway sms, IPushRecipients recipients,
        IOptions<MessageDeliveryOptions> options, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<OutboxWorker> logger)
    {
        (_store, _signal, _push, _sms, _recipients) = (store, signal, push, sms, recipients);
        (_options, _time, _logger) = (options.Value, time, logger);
        _ends = new(EndsAtOnceMax, TimeSpan.Zero, time, ended => store.TryEndAsync(ended, CancellationToken.None));
        _lanes =
        [
            new Lane(OutboxChannel.AndroidPush, _options.PushConcurrencyMax, _options.PushTimeout),
            new Lane(OutboxChannel.IosPush, _options.PushConcurrencyMax, _options.PushTimeout),
            new Lane(OutboxChannel.Sms, _options.TellingSmsConcurrencyMax, _options.SmsTimeout),
        ];
    }

    /// <summary>Starts after what the silo's grains need and stops before it.</summary>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(OutboxWorker),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _loops = Task.WhenAll(_lanes.Select(lane => Task.Run(() => RunAsync(lane), CancellationToken.None)));
            return Task.CompletedTask;
        },
        async ct =>
        {
            await _stop.CancelAsync();
            await _loops.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(Lane lane)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await FillAsync(lane);
                await _signal.WaitAsync(lane.Channel, _options.OutboxPollInterval, _time, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                LogNotRead(exception);
                await Task.Delay(_options.OutboxPollInterval, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        // Each ends by its time-out.
        await Task.WhenAll(lane.Sends);
    }

    private async Task FillAsync(Lane lane)
    {
        if (lane.MeasuredAt is not { } last || _time.GetElapsedTime(last) >= _options.OutboxPollInterval)
        {
            OutboxMetrics.RecordAge(lane.Channel, await _store.ReadAgeAsync(lane.Channel, _stop.Token));
            lane.MeasuredAt = _time.GetTimestamp();
        }

        var free = lane.SlotsMax - Volatile.Read(ref lane.Taken);
        if (free == 0)
            return;
        lane.Sends.RemoveAll(send => send.IsCompleted);
        foreach (var message in await _store.ClaimAsync(lane.Channel, free, lane.Timeout + ForgetTimeout + LeaseMargin, _stop.Token))
        {
            Interlocked.Increment(ref lane.Taken);
            lane.Sends.Add(Task.Run(() => HandleAsync(lane, message), CancellationToken.None));
        }
    }

    private async Task HandleAsync(Lane lane, OutboxMessage message)
    {
        try
        {
            var (outcome, wait) = await TrySendAsync(lane, message);
            var count = await NoteAsync(message, outcome, wait);
            OutboxMetrics.Count(lane.Channel, outcome, count);
            if (outcome == OutboxOutcome.Expired)
                LogExpired(count, lane.Channel);
        }
        catch (Exception exception)
        {
            LogNotNoted(lane.Channel, exception);
        }
        finally
        {
            Interlocked.Decrement(ref lane.Taken);
            _signal.Set(lane.Channel);
        }
    }

    /// <summary>Ends a message or puts it off, and gives how many that was.</summary>
    private async Task<long> NoteAsync(OutboxMessage message, OutboxOutcome outcome, TimeSpan wait)
    {
        switch (outcome)
        {
            case OutboxOutcome.RetryLater or OutboxOutcome.Unknown:
                await _store.RetryAsync(message, OutboxRules.DelayAfter(message.Tries, wait, _options), CancellationToken.None);
                return 1;
            case OutboxOutcome.RecipientGone when message.Target is { } gone:
                // The device may have another token by now, or the customer another device.
                await ForgetAsync(message.Customer, gone);
                await _store.RetryAsync(message, OutboxRules.DelayAfterDeadToken(message.Tries, _options), CancellationToken.None);
                return 1;
            case OutboxOutcome.Expired:
                return await _store.DropExpiredAsync(message, CancellationToken.None);
            case OutboxOutcome.NoDevice:
                await _store.DropAsync(message, CancellationToken.None);
                return 1;
            default:
                if (!await _ends.RunAsync(message))
                    await _store.EndAsync(message, CancellationToken.None);
                return 1;
        }
    }

    private async Task<(OutboxOutcome Outcome, TimeSpan Wait)> TrySendAsync(Lane lane, OutboxMessage message)
    {
        if (message.Expired)
            return (OutboxOutcome.Expired, TimeSpan.Zero);
        if (lane.Channel != OutboxChannel.Sms && message.Target is null)
            return (OutboxOutcome.NoDevice, TimeSpan.Zero);

        using var limit = new CancellationTokenSource(lane.Timeout, _time);
        Task<SendOutcome>? sending = null;
        try
        {
            sending = message.Target is { } target
                ? _push.SendAsync(
                    target, new PushMessage($"{message.NotificationNumber}", message.Title!, message.Body), limit.Token)
                : _sms.SendAsync(message.SmsId!.Value, message.Phone!.Value, message.Body, limit.Token);
            var outcome = await sending.WaitAsync(limit.Token);
            return outcome.Kind switch
            {
                SendOutcomeKind.Delivered => (OutboxOutcome.Delivered, TimeSpan.Zero),
                SendOutcomeKind.RecipientGone => (OutboxOutcome.RecipientGone, TimeSpan.Zero),
                SendOutcomeKind.RetryLater => (OutboxOutcome.RetryLater, outcome.Wait),
                _ => (OutboxOutcome.Unknown, TimeSpan.Zero),
            };
        }
        catch (Exception exception)
        {
            LogNotSent(lane.Channel, exception);
            // A gateway that goes on for longer than it may has nobody who looks at how that ends.
            _ = sending?.ContinueWith(
                ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return (OutboxOutcome.Unknown, TimeSpan.Zero);
        }
    }

    private async Task ForgetAsync(CustomerNumber customer, PushTarget gone)
    {
        using var limit = new CancellationTokenSource(ForgetTimeout, _time);
        await _recipients.ForgetAsync(customer, gone, limit.Token).WaitAsync(limit.Token);
    }

    /// <summary>Its loop alone uses what is in it, but for <see cref="Taken"/>.</summary>
    private sealed class Lane(OutboxChannel channel, int slotsMax, TimeSpan timeout)
    {
        /// <summary>Slots in use. A message gives its slot back before it sets the signal, so whoever hears that finds it free.</summary>
        public int Taken;

        public OutboxChannel Channel => channel;

        public int SlotsMax => slotsMax;

        public TimeSpan Timeout => timeout;

        public List<Task> Sends { get; } = [];

        public long? MeasuredAt { get; set; }
    }

    [LoggerMessage(3103, LogLevel.Warning, "A message could not be sent on {Channel}; it is tried again until it expires")]
    private partial void LogNotSent(OutboxChannel channel, Exception exception);

    [LoggerMessage(3104, LogLevel.Warning, "What became of a message on {Channel} could not be noted; it is sent again")]
    private partial void LogNotNoted(OutboxChannel channel, Exception exception);

    [LoggerMessage(3105, LogLevel.Warning, "The outbox could not be read; the next look will")]
    private partial void LogNotRead(Exception exception);

    [LoggerMessage(3106, LogLevel.Warning, "{Count} messages on {Channel} were not sent within their lifetime and are dropped")]
    private partial void LogExpired(long count, OutboxChannel channel);
}
