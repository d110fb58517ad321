namespace BktSmart.Ledger;

/// <summary>
/// A batch of the long way on accounts that do not exist, for <see cref="LedgerPoster.RehearseAsync"/>: the transaction is the
/// database's, but for the accounts, and the fence on these ends it.
/// </summary>
internal sealed class RehearsalTransaction(ILedgerTransaction transaction, DateTimeOffset now) : ILedgerTransaction
{
    /// <summary>Ids of accounts are positive.</summary>
    private const long Payer = -1;
    private const long Payee = -2;

    private static readonly Currency Lek = Currency.Parse("ALL");
    private static readonly Money Amount = new(1, Lek);

    /// <summary>Of each type of row that a batch has, one at least.</summary>
    public IReadOnlyList<TransferOrder> Orders { get; } =
    [
        Order(TransferKind.Payment, Originator.Customer) with { Confirmed = true },
        Order(TransferKind.Bookkeeping, Originator.Bank) with { FurtherLegs = [new FurtherLeg(Payee, Payer, Amount)] },
        Order(TransferKind.Hold, Originator.Bank) with { ExpiresAt = now + HoldCommand.LifetimeMax / 2 },
    ];

    public async Task<IReadOnlyList<AccountState>> LockAsync(long[] ids, CancellationToken cancellationToken)
    {
        await transaction.LockAsync(ids, cancellationToken);
        return [Account(Payer), Account(Payee)];
    }

    public Task<LedgerRecord> ReadRecordAsync(
        IReadOnlyList<TransferOrder> orders, DateTime notBefore, CancellationToken cancellationToken) =>
        transaction.ReadRecordAsync(orders, notBefore, cancellationToken);

    public Task<DateTimeOffset> WriteAsync(LedgerWrite write, CancellationToken cancellationToken) =>
        transaction.WriteAsync(write, cancellationToken);

    public Task CommitAsync(CancellationToken cancellationToken) => throw new NotSupportedException("A rehearsal is undone.");

    public ValueTask DisposeAsync() => transaction.DisposeAsync();

    private static TransferOrder Order(TransferKind kind, Originator originator) =>
        new(new TransferId(Guid.NewGuid()), kind, Payer, Payee, Amount, "", originator);

    private static AccountState Account(long id) => new(
        id, Lek, CustomerNumber: (int)-id, FloorMinor: null, AccountFreeze.None, Closed: false, BalanceMinor: 0, HeldMinor: 0,
        SequenceNumber: 0, Version: 0, DateTime.UnixEpoch);
}
