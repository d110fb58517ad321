namespace BktSmart.Ledger;

/// <summary>Why the database refused to write a batch. Nothing of it was written.</summary>
internal enum LedgerFence
{
    /// <summary>The business date is another one than that of the decision.</summary>
    BusinessDateChanged,

    /// <summary>An account is not at the version that the batch was decided from.</summary>
    AccountChanged,

    /// <summary>The day in Tirana is another one than that of the decision.</summary>
    DayChanged,

    /// <summary>An id of the batch is decided already.</summary>
    TransferDecided,

    /// <summary>The cluster has declared this silo dead: it books nothing any more.</summary>
    SiloEnded,
}

internal sealed class LedgerFenceException(LedgerFence fence, Exception? inner = null) : Exception($"The ledger refused a batch: {fence}.", inner)
{
    public LedgerFence Fence { get; } = fence;
}

/// <summary>What a batch writes: accounts with the versions that they must still have, and new transfers.</summary>
/// <param name="Accounts">All accounts of the batch, in the order of their ids.</param>
/// <param name="Day">In Tirana: the day for which its payments were counted.</param>
internal sealed record LedgerWrite(int Chain, IReadOnlyList<LockedAccount> Accounts, IReadOnlyList<RecordedTransfer> Transfers, DateOnly Day)
{
    public DateOnly BusinessDate => Transfers[0].BusinessDate;

    /// <summary>How far the accounts have moved on: the postings that must be written, without a look at the transfers.</summary>
    public long PostingCount => Accounts.Sum(account => account.SequenceNumber - account.Before.SequenceNumber);

    /// <summary>Before the write: no money appears or vanishes in any currency. <c>LedgerStore</c> asks the same of every transfer that it reads.</summary>
    /// <exception cref="InvalidOperationException">A defect: the batch must not be written.</exception>
    public void RequireBalanced()
    {
        foreach (var currency in Accounts.GroupBy(account => account.Before.Currency))
        {
            var moved = currency.Aggregate(Int128.Zero, (sum, account) => sum + account.BalanceMinor - account.Before.BalanceMinor);
            if (moved != 0)
                throw new InvalidOperationException($"A batch would change the sum of all balances in {currency.Key}.");
        }
    }

    public static LedgerWrite Of(int chain, IReadOnlyList<RecordedTransfer> transfers, Dictionary<long, LockedAccount> accounts, DateOnly day) =>
        new(chain, [.. accounts.Values.OrderBy(account => account.Id)], transfers, day);
}

/// <summary>What a decision on locked rows needs besides the accounts, read after they were locked.</summary>
/// <param name="Today">In Tirana, by the database's tables of time zones, as its fence takes it.</param>
internal sealed record LedgerRecord(
    IReadOnlyDictionary<TransferId, RecordedTransfer> Recorded, IReadOnlyDictionary<TransferId, TransferKind> Settled, DateTimeOffset Now, DateOnly BusinessDate, DateOnly Today);

/// <summary>
/// The ledger's database as the poster of batches sees it. A call that fails with anything but <see cref="LedgerFenceException"/> leaves it open whether it took place.
/// </summary>
internal interface ILedgerDatabase
{
    /// <summary>Accounts as they are, all at one point in the order of commits.</summary>
    Task<IReadOnlyList<AccountState>> ReadAccountsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>Opens a chain of batches for one run of a silo.</summary>
    Task<int> OpenChainAsync(CancellationToken cancellationToken);

    /// <summary>Writes a batch in a transaction of its own, and gives the booking time. It may block its caller until then.</summary>
    /// <exception cref="LedgerFenceException">Nothing was written.</exception>
    Task<DateTimeOffset> PostAsync(LedgerWrite write, CancellationToken cancellationToken);

    Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken);
}

/// <summary>A transaction on locked accounts. Disposing it without a commit undoes it.</summary>
internal interface ILedgerTransaction : IAsyncDisposable
{
    /// <summary>Locks accounts in the order of their ids, waits for whoever holds them, and gives them as they are then. It also keeps the business date as it is.</summary>
    Task<IReadOnlyList<AccountState>> LockAsync(long[] ids, CancellationToken cancellationToken);

    Task<LedgerRecord> ReadRecordAsync(IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken);

    /// <exception cref="LedgerFenceException">Another transaction decided an id of the batch, on other accounts.</exception>
    Task<DateTimeOffset> WriteAsync(LedgerWrite write, CancellationToken cancellationToken);

    Task CommitAsync(CancellationToken cancellationToken);
}
