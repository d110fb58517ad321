namespace BktSmart.Ledger;

/// <summary>A transaction on locked accounts. Disposing it without a commit undoes it.</summary>
internal interface ILedgerTransaction : IAsyncDisposable
{
    /// <summary>
    /// Locks accounts in the order of their ids, waits for whoever holds them (no longer than the ledger's options say), and gives them as
    /// they are then. It also keeps the business date as it is.
    /// </summary>
    Task<IReadOnlyList<AccountState>> LockAsync(long[] ids, CancellationToken cancellationToken);

    /// <param name="notBefore">The batch is booked at this time at the earliest.</param>
    Task<LedgerRecord> ReadRecordAsync(IReadOnlyList<TransferOrder> orders, DateTime notBefore, CancellationToken cancellationToken);

    /// <exception cref="LedgerFenceException">Another transaction decided an id of the batch, on other accounts.</exception>
    Task<DateTimeOffset> WriteAsync(LedgerWrite write, CancellationToken cancellationToken);

    Task CommitAsync(CancellationToken cancellationToken);
}
