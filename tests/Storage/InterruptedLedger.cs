using BktSmart.Ledger;

namespace BktSmart.Tests.Storage;

/// <summary>A silo's way to the ledger, on which something happens: whoever derives from it waits or throws at a moment.</summary>
internal abstract class InterruptedLedger(LedgerStore store) : ILedgerDatabase
{
    protected abstract Task ReachAsync(LedgerMoment moment);

    public async Task<IReadOnlyList<AccountState>> ReadAccountsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await ReachAsync(LedgerMoment.Asking);
        return await store.ReadAccountsAsync(ids, cancellationToken);
    }

    public async Task<IReadOnlyCollection<RecordedTransfer>> FindAsync(
        IReadOnlyCollection<TransferId> ids, CancellationToken cancellationToken)
    {
        await ReachAsync(LedgerMoment.Asking);
        return await store.FindAsync(ids, cancellationToken);
    }

    public async Task<IReadOnlyList<HeldAccount>> ListHeldAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await ReachAsync(LedgerMoment.Asking);
        return await store.ListHeldAsync(ids, cancellationToken);
    }

    public async Task<int> OpenChainAsync(CancellationToken cancellationToken)
    {
        await ReachAsync(LedgerMoment.Asking);
        return await store.OpenChainAsync(cancellationToken);
    }

    public async Task<DateTimeOffset> PostAsync(LedgerWrite write, CancellationToken cancellationToken)
    {
        await ReachAsync(LedgerMoment.Ready);
        var bookedAt = await store.PostAsync(write, cancellationToken);
        await ReachAsync(LedgerMoment.Committed);
        return bookedAt;
    }

    public async Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        await ReachAsync(LedgerMoment.Ready);
        return new Transaction(this, await store.BeginAsync(cancellationToken));
    }

    private sealed class Transaction(InterruptedLedger owner, ILedgerTransaction inner) : ILedgerTransaction
    {
        public Task<IReadOnlyList<AccountState>> LockAsync(long[] ids, CancellationToken cancellationToken) =>
            inner.LockAsync(ids, cancellationToken);

        public Task<LedgerRecord> ReadRecordAsync(
            IReadOnlyList<TransferOrder> orders, DateTime notBefore, CancellationToken cancellationToken) =>
            inner.ReadRecordAsync(orders, notBefore, cancellationToken);

        public async Task<DateTimeOffset> WriteAsync(LedgerWrite write, CancellationToken cancellationToken)
        {
            await owner.ReachAsync(LedgerMoment.Locked);
            return await inner.WriteAsync(write, cancellationToken);
        }

        public async Task CommitAsync(CancellationToken cancellationToken)
        {
            await owner.ReachAsync(LedgerMoment.Written);
            await inner.CommitAsync(cancellationToken);
            await owner.ReachAsync(LedgerMoment.Committed);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

/// <summary>How far a batch is.</summary>
internal enum LedgerMoment
{
    /// <summary>The silo reads, and no batch of it holds anything.</summary>
    Asking,

    /// <summary>Before the one round trip of the short way, or the locks of the long one.</summary>
    Ready,

    /// <summary>On the long way: decided, with its accounts and the business date locked.</summary>
    Locked,

    /// <summary>On the long way: before the commit.</summary>
    Written,

    /// <summary>Before the silo hears that it is.</summary>
    Committed,
}
