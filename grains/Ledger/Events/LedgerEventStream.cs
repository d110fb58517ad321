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
