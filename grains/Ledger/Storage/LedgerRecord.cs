namespace BktSmart.Ledger;

/// <summary>What a decision on locked rows needs besides the accounts, read after they were locked.</summary>
/// <param name="Today">In Tirana, by the database's tables of time zones, as its fence takes it.</param>
internal sealed record LedgerRecord(
    IReadOnlyDictionary<TransferId, RecordedTransfer> Recorded, IReadOnlyDictionary<TransferId, TransferKind> Settled, DateTimeOffset Now,
    DateOnly BusinessDate, DateOnly Today);
