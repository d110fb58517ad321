using System.Diagnostics;
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// What this silo knows of the ledger without asking: accounts as its last batches left them or as they were last read, and recent outcomes. An outcome never changes. An account may have been
/// moved by another silo since; whoever decides from it says at which version, and the database refuses what was decided from an older one.
/// </summary>
internal sealed class LedgerCache(IOptions<LedgerOptions> options)
{
    private readonly ConcurrentLru<long, AccountState> _accounts = new(Environment.ProcessorCount, options.Value.AccountCacheSize, EqualityComparer<long>.Default);

    private readonly ConcurrentLru<TransferId, RecordedTransfer> _outcomes =
        new(Environment.ProcessorCount, options.Value.OutcomeCacheSize, EqualityComparer<TransferId>.Default);

    // Whoever books and whoever reads keep states of the same account at the same time; to compare and to replace must be one step. One of several locks for each account.
    private readonly Lock[] _keeping = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];

    // When another silo last booked for this one: timestamps, one for many accounts. What was seen before that does not show what was answered here.
    private readonly long[] _outdatedAt = new long[4_096];

    public AccountState? FindAccount(long id) =>
        _accounts.TryGet(id, out var state) && state.SeenAt >= Volatile.Read(ref _outdatedAt[id % _outdatedAt.Length]) ? state : null;

    /// <summary>Keeps a state, unless a newer one is known.</summary>
    public void Keep(AccountState state)
    {
        lock (_keeping[state.Id % _keeping.Length])
        {
            if (!_accounts.TryGet(state.Id, out var known) || known.Version <= state.Version)
                _accounts.AddOrUpdate(state.Id, state);
        }
    }

    /// <summary>Takes an account for unknown: it is not as it was thought to be.</summary>
    public void Forget(long id) => _accounts.TryRemove(id);

    /// <summary>Takes what was seen of an account until now for old.</summary>
    public void Outdate(long id) => Volatile.Write(ref _outdatedAt[id % _outdatedAt.Length], Stopwatch.GetTimestamp());

    public void ForgetAccounts() => _accounts.Clear();

    public RecordedTransfer? FindOutcome(TransferId id) => _outcomes.TryGet(id, out var transfer) ? transfer : null;

    /// <summary>Keeps an outcome that was read: an account that is remembered as it was before is not as it was thought to be.</summary>
    public void Learn(RecordedTransfer transfer)
    {
        ForgetBefore(transfer.Order.DebitAccountId, transfer.First.DebitSequence);
        if (transfer.Order.CreditAccountId is { } credit)
            ForgetBefore(credit, transfer.First.CreditSequence);
        Keep(transfer);

        void ForgetBefore(long id, long sequenceNumber)
        {
            if (_accounts.TryGet(id, out var known) && known.SequenceNumber < sequenceNumber)
                Forget(id);
        }
    }

    public void Keep(RecordedTransfer transfer) => _outcomes.AddOrUpdate(transfer.Id, transfer);

    /// <summary>Takes over what a committed batch left.</summary>
    public void Keep(IEnumerable<LockedAccount> accounts, IReadOnlyList<RecordedTransfer> transfers)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var account in accounts)
            Keep(account.After(transfers[0].BookedAt.UtcDateTime, now));
        foreach (var transfer in transfers)
            Keep(transfer);
    }
}
