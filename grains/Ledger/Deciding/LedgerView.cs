namespace BktSmart.Ledger;

/// <summary>What a batch is decided on.</summary>
/// <param name="Accounts">All accounts of the orders. The rules move them on.</param>
/// <param name="Recorded">Whatever is recorded under the ids of the orders, and under the ids that they are about.</param>
/// <param name="Settled">Of the ids that the orders are about: the kind of the transfer that settled each.</param>
/// <param name="Now">The database's clock; only holds depend on it.</param>
/// <param name="Today">In Tirana: the day for which payments are counted.</param>
internal sealed record LedgerView(
    IReadOnlyDictionary<long, LockedAccount> Accounts,
    IReadOnlyDictionary<TransferId, RecordedTransfer> Recorded,
    IReadOnlyDictionary<TransferId, TransferKind> Settled,
    DateTimeOffset Now,
    DateOnly BusinessDate,
    DateOnly Today,
    PaymentOptions Payments);
