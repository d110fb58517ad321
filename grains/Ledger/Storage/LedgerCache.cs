using System.Diagnostics;
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// What this silo knows of the ledger without asking: accounts as its last batches left them or as they were last read, and recent
/// outcomes. An outcome never changes. An account may have been moved by another silo since; whoever decides from it says at which version,
/// and the database refuses what was decided from an older one.
/// </summary>
internal sealed class LedgerCache(IOptions<LedgerOptions> options)
{
    private readonly ConcurrentLru<long, AccountState> _accounts = new(
        Environment.ProcessorCount, options.Value.AccountCacheSize, EqualityComparer<long>.Default);

    private readonly ConcurrentLru<TransferId, RecordedTransfer> _outcomes =
        new(Environment.ProcessorCount, options.Value.OutcomeCacheSize, EqualityComparer<TransferId>.Default);

    // Whoever books and whoever reads add states of the same account at the same time; to compare and to replace must be one step. One of
    // several locks for each account.
    private readonly Lock[] _adding = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];

    // When another silo last booked for this one: timestamps, one for many accounts. What was seen before that does not show what was
    // answered here.
    private readonly long[] _outdatedAt = new long[4_096];

    public AccountState? FindAccount(long id) =>
        _accounts.TryGet(id, out var state) && state.SeenAt >= Volatile.Read(ref _outdatedAt[id % _outdatedAt.Length]) ? state : null;

    /// <summary>Adds a state, unless a newer one is known.</summary>
    public void Add(AccountState state)
    {
        lock (_adding[state.Id % _adding.Length])
        {
            if (!_accounts.TryGet(state.Id, out var known) || known.Version <= state.Version)
                _accounts.AddOrUpdate(state.Id, state);
        }
    }

    /// <summary>Removes an account that is not as it was thought to be.</summary>
    public void Remove(long id) => _accounts.TryRemove(id);

    public void RemoveAccounts() => _accounts.Clear();

    /// <summary>What was seen of an account until now is found no more: another silo has just booked on it for this one.</summary>
    public void Expire(long id) => Volatile.Write(ref _outdatedAt[id % _outdatedAt.Length], Stopwatch.GetTimestamp());

    public RecordedTransfer? FindOutcome(TransferId id) => _outcomes.TryGet(id, out var transfer) ? transfer : null;

    /// <summary>Adds an outcome.</summary>
    public void Add(RecordedTransfer transfer) => _outcomes.AddOrUpdate(transfer.Id, transfer);

    /// <summary>Adds an outcome that was read, and removes its accounts where they are remembered as they were before it.</summary>
    public void AddRead(RecordedTransfer transfer)
    {
        RemoveBefore(transfer.Order.DebitAccountId, transfer.First.DebitSequence);
        if (transfer.Order.CreditAccountId is { } credit)
            RemoveBefore(credit, transfer.First.CreditSequence);
        Add(transfer);

        void RemoveBefore(long id, long sequenceNumber)
        {
            if (_accounts.TryGet(id, out var known) && known.SequenceNumber < sequenceNumber)
                Remove(id);
        }
    }

    /// <summary>Adds what a committed batch left.</summary>
    public void AddCommitted(IEnumerable<LockedAccount> accounts, IReadOnlyList<RecordedTransfer> transfers)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var account in accounts)
            Add(account.After(transfers[0].BookedAt.UtcDateTime, now));
        foreach (var transfer in transfers)
            Add(transfer);
    }

    /// <summary>Adds what another silo booked for this one, and lets the accounts of the orders expire.</summary>
    public void AddFromLeader(IEnumerable<TransferOrder> orders, IEnumerable<LeaderAnswer> answers)
    {
        foreach (var answer in answers)
        {
            if (answer.Recorded is { } recorded)
                Add(recorded);
        }

        foreach (var id in TransferOrder.AccountIdsOf(orders))
            Expire(id);
    }
}
