using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Storage;

/// <summary>A silo's writer, from its start to its stop.</summary>
internal sealed class RunningWriter : IAsyncDisposable
{
    private readonly Lifecycle _lifecycle = new();
    private readonly LedgerEventSignal _signal;
    private bool _started;

    /// <param name="cache">Of the poster; null for that of the bank.</param>
    /// <param name="leader">Finds another silo that books for this one; null for none.</param>
    public RunningWriter(
        Bank bank, LedgerOptions options, LedgerPoster? poster = null, bool start = true, TimeProvider? time = null,
        ILogger<LedgerWriter>? logger = null, Func<ILedgerLeader?>? leader = null, ILogger<LedgerHandOver>? handOverLogger = null,
        LedgerCache? cache = null)
    {
        _signal = new LedgerEventSignal(
            bank.Database.Silo, Options.Create(new LedgerEventOptions()), TimeProvider.System,
            TestLog.Current.CreateLogger<LedgerEventSignal>());
        poster ??= bank.Poster;
        time ??= TimeProvider.System;
        var handOver = new LedgerHandOver(
            bank.Rulebook, cache ?? bank.Cache, new Leadership(leader), Options.Create(options), time,
            handOverLogger ?? TestLog.Current.CreateLogger<LedgerHandOver>());
        var held = new HeldAccounts(bank.Store, Options.Create(options), time, TestLog.Current.CreateLogger<HeldAccounts>());
        Writer = new LedgerWriter(
            poster, handOver, held, bank.Rulebook, Options.Create(options), _signal, time,
            logger ?? TestLog.Current.CreateLogger<LedgerWriter>());
        Writer.Participate(_lifecycle);
        if (start)
            StartAsync().GetAwaiter().GetResult();
    }

    public LedgerWriter Writer { get; }

    public Task StartAsync()
    {
        _started = true;
        return _lifecycle.Observer!.OnStart(CancellationToken.None);
    }

    /// <param name="giveUp">When it is cancelled, what is under way is given up.</param>
    public async Task StopAsync(CancellationToken giveUp)
    {
        _started = false;
        await _lifecycle.Observer!.OnStop(giveUp);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started)
            await StopAsync(CancellationToken.None);
        Writer.Dispose();
        _signal.Dispose();
    }

    private sealed class Leadership(Func<ILedgerLeader?>? find) : ILedgerLeadership
    {
        public ILedgerLeader? Leader => find?.Invoke();
    }
}
