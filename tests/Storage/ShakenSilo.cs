using BktSmart.BusinessDay;
using BktSmart.Ledger;
using BktSmart.StandingOrders;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>One run of a silo that books and goes through ended dates, and to which something happens.</summary>
internal sealed class ShakenSilo : ILedgerLeader, IAsyncDisposable
{
    /// <summary>It tries again at once, and waits for nobody for long.</summary>
    private static readonly LedgerOptions Impatient = new()
    {
        BatchSizeMax = 4,
        RetriesMax = 2,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        LockWaitMax = TimeSpan.FromMilliseconds(50),
        HeldAccountInterval = TimeSpan.FromMilliseconds(50),
        HandOverTimeout = TimeSpan.FromMilliseconds(200),
        HandOverPause = TimeSpan.FromMilliseconds(50),
        LockedBatchesAfterConflict = 1,
    };

    private readonly LedgerStore _store;
    private readonly RunningWriter _writer;
    private readonly EndOfDayRunner _runner;
    private readonly EndOfDayScene _ends;
    private readonly StandingOrderPayer _payer;
    private readonly Func<SiloFault, Task> _happens;
    private SiloFault? _fault;
    private PartFault _partFault;

    /// <param name="clock">Its own.</param>
    /// <param name="leader">Who books for it; null for itself.</param>
    /// <param name="happens">Called when a fault comes, before its effect.</param>
    public ShakenSilo(
        string name, StandingOrderScene scene, EndOfDayScene ends, TimeProvider clock, Func<ILedgerLeader?> leader,
        Func<SiloFault, Task> happens)
    {
        (Name, Clock, _ends, _happens) = (name, clock, ends, happens);
        var bank = ends.Bank;
        var cache = Bank.NewCache();
        _store = new LedgerStore(bank.Database.Silo, new LedgerIdentity(name), Options.Create(Impatient));
        _writer = new RunningWriter(
            bank, Impatient, new LedgerPoster(new Way(this, _store), cache, clock, TestPayments.Free),
            logger: NullLogger<LedgerWriter>.Instance, leader: () => leader() is var found && found == this ? null : found,
            handOverLogger: NullLogger<LedgerHandOver>.Instance, cache: cache);
        _payer = scene.PayerOf(Writer, clock);
        _runner = ends.NewSilo(name, ends.NewWorks(_payer).Select(work => new ShakenWork(this, work)));
        Starter = ends.NewStarter(clock);
    }

    public string Name { get; }

    public TimeProvider Clock { get; }

    public LedgerWriter Writer => _writer.Writer;

    public BusinessDayGrain Starter { get; }

    public bool IsDead { get; private set; }

    /// <summary>Null where it is awake.</summary>
    public LedgerMoment? FrozenAt { get; private set; }

    public Task<LeaderAnswer[]?> Post(Guid rulebook, TransferOrder[] orders) =>
        IsDead ? throw new TimeoutException() : Writer.PostForAsync(rulebook, orders);

    /// <summary>What happens to one of its next batches.</summary>
    public void Expect(SiloFault? fault) => Interlocked.Exchange(ref _fault, fault);

    /// <summary>Does one part of what an ended date needs; false where nothing is left for it, or it died.</summary>
    public async Task<bool> DoPartAsync(PartFault fault = PartFault.None)
    {
        _partFault = fault;
        try
        {
            return await _runner.DoPartAsync(CancellationToken.None);
        }
        catch (SiloDiedException)
        {
            return false;
        }
    }

    /// <summary>Does once what is due of standing orders now; how much that was.</summary>
    public async Task<int> PayAsync() =>
        await _payer.MakeDueAsync(CancellationToken.None) + await _payer.PayAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _store.DisposeAsync();
    }

    private async Task ReachAsync(LedgerMoment moment)
    {
        if (IsDead)
            throw Broken();
        if (_fault is not { } fault || fault.At != moment || Interlocked.CompareExchange(ref _fault, null, fault) != fault)
            return;
        FrozenAt = moment;
        await _happens(fault);
        FrozenAt = null;
        IsDead = fault.Effect is FaultEffect.Dies or FaultEffect.DiesUnseen;
        if (fault.Effect != FaultEffect.Freezes)
            throw Broken();
    }

    private static NpgsqlException Broken() => new("The connection is broken.");

    private sealed class Way(ShakenSilo silo, LedgerStore store) : InterruptedLedger(store)
    {
        protected override Task ReachAsync(LedgerMoment moment) => silo.ReachAsync(moment);
    }

    private sealed class ShakenWork(ShakenSilo silo, IEndOfDayWork inner) : IEndOfDayWork
    {
        public EndOfDayStep Step => inner.Step;

        public async Task DoPartAsync(OpenStep step, CancellationToken cancellationToken)
        {
            if (silo._partFault == PartFault.DiesBefore)
                throw silo.Die();
            await inner.DoPartAsync(step, cancellationToken);
            if (silo._partFault == PartFault.DiesBehind)
                throw silo.Die();
            if (silo._partFault == PartFault.Oversleeps)
            {
                await silo._ends.EndLeasesAsync();
                await silo._ends.NewSilo($"{silo.Name}-heir", silo._ends.NewWorks(silo._payer)).DoPartAsync(cancellationToken);
                await silo._ends.EndLeasesAsync();
            }

            if (silo._partFault is PartFault.Again or PartFault.Oversleeps)
                await inner.DoPartAsync(step, cancellationToken);
        }
    }

    private SiloDiedException Die()
    {
        IsDead = true;
        return new SiloDiedException();
    }

    private sealed class SiloDiedException : Exception;
}
