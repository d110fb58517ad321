namespace BktSmart.Ledger;

/// <summary>A transaction on locked accounts. Disposing it without a commit undoes it.</summary>
internal interface ILedgerTransaction : IAsyncDisposable
{
    /// <summary>
    /// Locks accounts in the order of their ids, waits for whoever holds them, and gives them as they are then. It also keeps the business
    /// date as it is.
    /// </summary>
    Task<IReadOnlyList<AccountState>> LockAsync(long[] ids, CancellationToken cancellationToken);

    Task<LedgerRecord> ReadRecordAsync(IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken);

    /// <exception cref="LedgerFenceException">Another transaction decided an id of the batch, on other accounts.</exception>
    Task<DateTimeOffset> WriteAsync(LedgerWrite write, CancellationToken cancellationToken);

    Task CommitAsync(CancellationToken cancellationToken);
}
