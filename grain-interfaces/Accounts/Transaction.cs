using BktSmart.Ledger;

namespace BktSmart.Accounts;

/// <summary>One line of an account: a posting, and what the customer needs to recognise it.</summary>
/// <param name="SequenceNumber">Gap-free in the account, from 1.</param>
/// <param name="Amount">Negative for a debit.</param>
/// <param name="BookedAt">UTC, from the database's clock.</param>
/// <param name="CounterpartyIban">Null where the other side is an account of the bank, such as cash.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Transaction")]
public sealed record Transaction(
    [property: Id(0)] TransferId TransferId,
    [property: Id(1)] long SequenceNumber,
    [property: Id(2)] TransferKind Kind,
    [property: Id(3)] Money Amount,
    [property: Id(4)] Money BalanceAfter,
    [property: Id(5)] DateTimeOffset BookedAt,
    [property: Id(6)] DateOnly BusinessDate,
    [property: Id(7)] Iban? CounterpartyIban,
    [property: Id(8)] string? CounterpartyName,
    [property: Id(9)] string Reference);
