using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace BktSmart.Ledger;

internal sealed class LedgerEventAdapterFactory : IQueueAdapterFactory, IQueueAdapter
{
    private readonly HashRingBasedStreamQueueMapper _mapper;
    private readonly SimpleQueueAdapterCache _cache;
    private readonly LedgerEventQueue[] _queues;
    private readonly LedgerEventStore _store;
    private readonly LedgerEventSignal _signal;
    private readonly LedgerWriter _payments;
    private readonly LedgerEventOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;

    public LedgerEventAdapterFactory(IServiceProvider services, string name)
    {
        Name = name;
        _store = services.GetRequiredService<LedgerEventStore>();
        _signal = services.GetRequiredService<LedgerEventSignal>();
        _payments = services.GetRequiredService<LedgerWriter>();
        _options = services.GetRequiredService<IOptions<LedgerEventOptions>>().Value;
        _time = services.GetRequiredKeyedService<TimeProvider>(BackgroundTime.Key);
        _loggers = services.GetRequiredService<ILoggerFactory>();
        _mapper = new HashRingBasedStreamQueueMapper(
            new HashRingStreamQueueMapperOptions { TotalQueueCount = LedgerEventQueues.Count }, name);
        _cache = new SimpleQueueAdapterCache(new SimpleQueueCacheOptions(), name, _loggers);
        _queues = [.. Enumerable.Range(0, LedgerEventQueues.Count).Select(_ => new LedgerEventQueue(_time))];
        LedgerMetrics.Meter.CreateObservableGauge<double>(
            "bank.news.age", () => _queues.Max(queue => queue.OldestAge).TotalSeconds, "s",
            "Age of the oldest news that this silo reads and has not delivered");
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
        return new LedgerEventReceiver(
            number, _queues[number], _store, _signal, () => _payments.IsSaturated, _options, _time,
            _loggers.CreateLogger<LedgerEventReceiver>());
    }

    public IQueueAdapterCache GetQueueAdapterCache() => _cache;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(
        new LedgerEventFailureHandler(_queues[(int)queueId.GetNumericId()], _loggers.CreateLogger<LedgerEventFailureHandler>()));

    /// <summary>Events come from the ledger's transaction and from nowhere else.</summary>
    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException("Events of the ledger are written by its transactions only.");
}
