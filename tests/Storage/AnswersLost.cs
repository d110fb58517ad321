using BktSmart.Ledger;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>The first batch is committed, and its answer is lost.</summary>
internal sealed class AnswersLost(LedgerStore store) : ILedgerDatabase
{
    private bool _isOver;

    public Func<Task> AfterCommit { get; set; } = () => Task.CompletedTask;

    public Task<IReadOnlyList<AccountState>> ReadAccountsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        store.ReadAccountsAsync(ids, cancellationToken);

    public Task<IReadOnlyCollection<RecordedTransfer>> FindAsync(
        IReadOnlyCollection<TransferId> ids, CancellationToken cancellationToken) =>
        store.FindAsync(ids, cancellationToken);

    public Task<IReadOnlyList<HeldAccount>> ListHeldAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        store.ListHeldAsync(ids, cancellationToken);

    public Task<int> OpenChainAsync(CancellationToken cancellationToken) => store.OpenChainAsync(cancellationToken);

    public Task<DateTimeOffset> PostAsync(LedgerWrite write, CancellationToken cancellationToken) =>
        store.PostAsync(write, cancellationToken);

    public async Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        var transaction = await store.BeginAsync(cancellationToken);
        if (_isOver)
            return transaction;
        _isOver = true;
        return new Transaction(this, transaction);
    }

    private sealed class Transaction(AnswersLost owner, ILedgerTransaction inner) : ILedgerTransaction
    {
        public Task<IReadOnlyList<AccountState>> LockAsync(long[] ids, CancellationToken cancellationToken) =>
            inner.LockAsync(ids, cancellationToken);

        public Task<LedgerRecord> ReadRecordAsync(
            IReadOnlyList<TransferOrder> orders, DateTime notBefore, CancellationToken cancellationToken) =>
            inner.ReadRecordAsync(orders, notBefore, cancellationToken);

        public Task<DateTimeOffset> WriteAsync(LedgerWrite write, CancellationToken cancellationToken) =>
            inner.WriteAsync(write, cancellationToken);

        public async Task CommitAsync(CancellationToken cancellationToken)
        {
            await inner.CommitAsync(cancellationToken);
            await owner.AfterCommit();
            throw new NpgsqlException("The connection is broken.");
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
