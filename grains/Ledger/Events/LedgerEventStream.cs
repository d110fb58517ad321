using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace BktSmart.Ledger;

// The persistent stream provider over bank.event. The ledger writes a row for each queue in the transaction of a batch: which accounts it moved. One pulling agent a queue reads what is there,
// delivers an event for each account to the implicitly subscribed grain of the customer, and deletes the row when all of it has been delivered. While the silo's writer has its hands full,
// the agents read little: a notification may wait, a payment should not. What is in flight is remembered in memory and not read again; after a
// crash it is still in the table and is delivered once more.
//
// That a stream takes an event for delivered is not enough to delete its row: an agent also lets go of events that it could not place in its cache, or whose consumer it lost. The database
// deletes a row only when the notification of each of its events stands; the others come again.
//
// Delivery is at least once and in order of the account, but for one case: an event that could not be delivered for long is set aside, and later ones overtake it.
// During a change of membership two silos may read the same queue. Consumers therefore count by the account's sequence number, ignore what they
// have, and fetch what they lack.

/// <summary>
/// One queue: what of it is in flight, and what waits for another try. A row holds an event for each account of a batch; it is done when all of them are. Shared by the queue's receiver
/// and its failure handler.
/// </summary>
internal sealed class LedgerEventQueue(TimeProvider time, TimeSpan redeliveryDelay)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Row> _rowByToken = [];
    private readonly Dictionary<long, Row> _inFlight = [];
    private readonly Dictionary<long, DateTimeOffset> _setAside = [];
    private long _lastToken;

    private sealed class Row(long eventId)
    {
        public long EventId { get; } = eventId;
        public int Remaining { get; set; }
        public bool Failed { get; set; }
    }

    /// <summary>Rows that a read must leave out.</summary>
    public long[] Excluded()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var eventId in _setAside.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToArray())
                _setAside.Remove(eventId);
            return [.. _inFlight.Keys, .. _setAside.Keys];
        }
    }

    /// <summary>A row was read: it is in flight until all of its events are done with, also those that are not handed out yet.</summary>
    public void Begin(long eventId, int events)
    {
        lock (_gate)
            _inFlight[eventId] = new Row(eventId) { Remaining = events };
    }

    /// <summary>Gives an event of a row in flight the next token. Caches place their cursors by tokens, so these follow the order of handing out, not the ids of rows.</summary>
    public long Track(long eventId)
    {
        lock (_gate)
        {
            _rowByToken.Add(++_lastToken, _inFlight[eventId]);
            return _lastToken;
        }
    }

    /// <summary>Takes note of tokens that are done with, and gives the rows that are now delivered as a whole.</summary>
    public long[] Complete(IEnumerable<long> tokens)
    {
        lock (_gate)
        {
            var delivered = new List<long>();
            foreach (var token in tokens)
            {
                if (Finish(token, failed: false) is { } eventId)
                    delivered.Add(eventId);
            }

            return [.. delivered];
        }
    }

    /// <summary>An event could not be delivered: its row comes again after a while, with all of its events.</summary>
    public void SetAside(long token)
    {
        lock (_gate)
            Finish(token, failed: true);
    }

    /// <summary>A row was delivered, and yet lacks a notification: it comes again after a while.</summary>
    public void SetRowAside(long eventId)
    {
        lock (_gate)
            _setAside[eventId] = time.GetUtcNow() + redeliveryDelay;
    }

    public void Reset()
    {
        lock (_gate)
        {
            _rowByToken.Clear();
            _inFlight.Clear();
            _setAside.Clear();
        }
    }

    private long? Finish(long token, bool failed)
    {
        if (!_rowByToken.Remove(token, out var row))
            return null;
        row.Failed |= failed;
        if (--row.Remaining > 0)
            return null;
        _inFlight.Remove(row.EventId);
        if (!row.Failed)
            return row.EventId;
        _setAside[row.EventId] = time.GetUtcNow() + redeliveryDelay;
        return null;
    }
}

[GenerateSerializer, Alias("bktsmart.LedgerEventBatch")]
internal sealed class LedgerEventBatch(TransactionPosted posted, EventSequenceTokenV2 token) : IBatchContainer
{
    [Id(0)] private readonly TransactionPosted _posted = posted;
    [Id(1)] private readonly EventSequenceTokenV2 _token = token;

    public StreamId StreamId => StreamId.Create(TransactionPosted.StreamNamespace, GrainKeys.Customer(_posted.Customer));

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        _posted is T posted ? [Tuple.Create<T, StreamSequenceToken>(posted, _token)] : [];

    public bool ImportRequestContext() => false;
}

internal sealed partial class LedgerEventReceiver(
    int number, LedgerEventQueue queue, LedgerEventStore store, LedgerEventSignal signal, LedgerWriter writer, LedgerEventOptions options, TimeProvider time, ILogger logger)
    : IQueueAdapterReceiver
{
    private readonly Queue<TransactionPosted> _read = [];
    private long _lastRead;

    public Task Initialize(TimeSpan timeout)
    {
        Reset();
        signal.SetHere(1 << number);
        return Task.CompletedTask;
    }

    /// <param name="maxCount">What the agent's cache has room for. It keeps a part of what is above and never delivers it, so what was read beyond waits here.</param>
    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (_read.Count > 0)
            return HandOut(maxCount);
        try
        {
            var signalled = await signal.WaitAsync(number, options.Wait, cancellationToken);
            var sinceLast = time.GetElapsedTime(_lastRead);
            if (writer.IsBusy && sinceLast < options.YieldInterval)
            {
                // Transfers go first; the signal stays for the next look.
                if (signalled)
                    signal.SetHere(1 << number);
                await Task.Delay(options.Wait, time, cancellationToken);
                return [];
            }

            if (!signalled && sinceLast < options.PollInterval)
                return [];

            _lastRead = time.GetTimestamp();
            var rows = writer.IsBusy ? 1 : options.RowsMax;
            var events = await store.ReadAsync(number, queue.Excluded(), rows, cancellationToken);
            if (events.Count > 0)
                signal.SetHere(1 << number);
            foreach (var row in events.CountBy(posted => posted.EventId))
                queue.Begin(row.Key, row.Value);
            foreach (var posted in events)
                _read.Enqueue(posted);
            return HandOut(maxCount);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops; what it was about to read stays in the table.
            return [];
        }
    }

    private IBatchContainer[] HandOut(int maxCount)
    {
        var count = maxCount == QueueAdapterConstants.UNLIMITED_GET_QUEUE_MSG ? _read.Count : Math.Min(maxCount, _read.Count);
        var events = new IBatchContainer[count];
        for (var i = 0; i < count; i++)
        {
            var posted = _read.Dequeue();
            events[i] = new LedgerEventBatch(posted, new EventSequenceTokenV2(queue.Track(posted.EventId)));
        }

        return events;
    }

    private void Reset()
    {
        _read.Clear();
        queue.Reset();
    }

    public async Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken)
    {
        var eventIds = queue.Complete(messages.Select(message => message.SequenceToken.SequenceNumber));
        if (eventIds.Length == 0)
            return;
        var deleted = await store.DeleteAsync(number, eventIds, cancellationToken);
        foreach (var eventId in eventIds.Except(deleted))
        {
            LogNotNotified(options.RedeliveryDelay);
            queue.SetRowAside(eventId);
        }
    }

    public Task Shutdown(TimeSpan timeout)
    {
        Reset();
        return Task.CompletedTask;
    }

    // The interface still has the forms without a token.
    [Obsolete("Use the overload with a CancellationToken.")]
    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    [Obsolete("Use the overload with a CancellationToken.")]
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => MessagesDeliveredAsync(messages, CancellationToken.None);

    [LoggerMessage(1103, LogLevel.Warning, "A row of events counts as delivered and was not deleted: a notification is missing, or another silo was faster; next look in {Delay}")]
    private partial void LogNotNotified(TimeSpan delay);
}

internal sealed partial class LedgerEventFailureHandler(LedgerEventQueue queue, LedgerEventOptions options, ILogger logger) : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        if (sequenceToken is not null)
        {
            LogSetAside(options.RedeliveryDelay);
            queue.SetAside(sequenceToken.SequenceNumber);
        }

        return Task.CompletedTask;
    }

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;

    [LoggerMessage(1102, LogLevel.Error, "An event of the ledger could not be delivered; next try in {Delay}")]
    private partial void LogSetAside(TimeSpan delay);
}

internal sealed class LedgerEventAdapterFactory : IQueueAdapterFactory, IQueueAdapter
{
    private readonly HashRingBasedStreamQueueMapper _mapper;
    private readonly SimpleQueueAdapterCache _cache;
    private readonly LedgerEventQueue[] _queues;
    private readonly LedgerEventStore _store;
    private readonly LedgerEventSignal _signal;
    private readonly LedgerWriter _writer;
    private readonly LedgerEventOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;

    public LedgerEventAdapterFactory(IServiceProvider services, string name)
    {
        Name = name;
        _store = services.GetRequiredService<LedgerEventStore>();
        _signal = services.GetRequiredService<LedgerEventSignal>();
        _writer = services.GetRequiredService<LedgerWriter>();
        _options = services.GetRequiredService<IOptions<LedgerEventOptions>>().Value;
        _time = services.GetRequiredKeyedService<TimeProvider>(BackgroundTime.Key);
        _loggers = services.GetRequiredService<ILoggerFactory>();
        _mapper = new HashRingBasedStreamQueueMapper(new HashRingStreamQueueMapperOptions { TotalQueueCount = LedgerEventQueues.Count }, name);
        _cache = new SimpleQueueAdapterCache(new SimpleQueueCacheOptions(), name, _loggers);
        _queues = [.. Enumerable.Range(0, LedgerEventQueues.Count).Select(_ => new LedgerEventQueue(_time, _options.RedeliveryDelay))];
    }

    public string Name { get; }

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => Task.FromResult<IQueueAdapter>(this);

    [Obsolete("Use the overload with a CancellationToken.")]
    public Task<IQueueAdapter> CreateAdapter() => CreateAdapter(CancellationToken.None);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId)
    {
        var number = (int)queueId.GetNumericId();
        return new LedgerEventReceiver(number, _queues[number], _store, _signal, _writer, _options, _time, _loggers.CreateLogger<LedgerEventReceiver>());
    }

    public IQueueAdapterCache GetQueueAdapterCache() => _cache;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(
        new LedgerEventFailureHandler(_queues[(int)queueId.GetNumericId()], _options, _loggers.CreateLogger<LedgerEventFailureHandler>()));

    /// <summary>Events come from the ledger's transaction and from nowhere else.</summary>
    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException("Events of the ledger are written by its transactions only.");
}
