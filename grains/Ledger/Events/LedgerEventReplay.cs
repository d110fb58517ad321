using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>Lets events come again that did not reach their inboxes. Every silo looks; an event is taken by one.</summary>
internal sealed partial class LedgerEventReplay : RepeatedWork
{
    private const int CountMax = 1_000;

    private readonly LedgerEventStore _store;
    private readonly LedgerEventSignal _signal;
    private readonly LedgerEventOptions _options;
    private readonly ILogger<LedgerEventReplay> _logger;
    private long _setAside;

    public LedgerEventReplay(
        LedgerEventStore store, LedgerEventSignal signal, IOptions<LedgerEventOptions> options,
        [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<LedgerEventReplay> logger)
        : base(time)
    {
        (_store, _signal, _options, _logger) = (store, signal, options.Value, logger);
        LedgerMetrics.Meter.CreateObservableGauge<long>(
            "bank.news.set_aside", () => Volatile.Read(ref _setAside), "{event}", "Events that did not reach their inboxes yet");
    }

    protected override TimeSpan Interval => _options.RedeliveryDelay;

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var replayed = await _store.ReplayAsync(CountMax, cancellationToken);
        if (replayed > 0)
            _signal.Set((1 << LedgerEventQueues.Count) - 1);
        Volatile.Write(ref _setAside, await _store.CountSetAsideAsync(cancellationToken));
        return replayed == CountMax;
    }

    [LoggerMessage(1104, LogLevel.Warning, "What was set aside could not be looked at; the next round will")]
    protected override partial void LogFailed(Exception exception);
}
