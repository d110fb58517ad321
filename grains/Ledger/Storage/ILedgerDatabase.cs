namespace BktSmart.Ledger;

/// <summary>
/// The ledger's database as the poster of batches sees it. <see cref="LedgerFailure"/> says which failures of a call leave it open whether
/// it took place.
/// </summary>
internal interface ILedgerDatabase
{
    /// <summary>Accounts as they are, all at one point in the order of commits.</summary>
    Task<IReadOnlyList<AccountState>> ReadAccountsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>What is recorded under ids.</summary>
    Task<IReadOnlyCollection<RecordedTransfer>> FindAsync(IReadOnlyCollection<TransferId> ids, CancellationToken cancellationToken);

    /// <summary>Which of some accounts a transaction holds locked at this moment.</summary>
    Task<IReadOnlyList<HeldAccount>> ListHeldAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken);

    /// <summary>Opens a chain of batches for one run of a silo.</summary>
    Task<int> OpenChainAsync(CancellationToken cancellationToken);

    /// <summary>Writes a batch in a transaction of its own, and gives the booking time. It may block its caller until then.</summary>
    /// <exception cref="LedgerFenceException">Nothing was written.</exception>
    Task<DateTimeOffset> PostAsync(LedgerWrite write, CancellationToken cancellationToken);

    Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken);
}
