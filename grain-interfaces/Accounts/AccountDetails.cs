using BktSmart.Ledger;

namespace BktSmart.Accounts;

/// <summary>What staff have blocked on an account. The numbers are stored.</summary>
[Flags]
public enum AccountFreeze
{
    None = 0,
    Debits = 1,
    Credits = 2,
    Both = Debits | Credits,
}

/// <summary>An account with its balance and what is held on it, at one sequence number.</summary>
/// <param name="SequenceNumber">The number of the account's last posting; zero before the first.</param>
/// <param name="Held">The sum of its open holds: part of the balance that cannot be spent.</param>
/// <param name="OverdraftLimit">How far the balance less what is held may go below zero.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.AccountDetails")]
public sealed record AccountDetails(
    [property: Id(0)] Iban Iban,
    [property: Id(1)] Money Balance,
    [property: Id(2)] long SequenceNumber,
    [property: Id(3)] DateTimeOffset OpenedAt,
    [property: Id(4)] Money Held,
    [property: Id(5)] Money OverdraftLimit,
    [property: Id(6)] AccountFreeze Freeze,
    [property: Id(7)] bool Closed)
{
    /// <summary>What can be spent: the balance, less what is held, plus the overdraft limit.</summary>
    public Money Available => Balance with { Minor = Balance.Minor - Held.Minor + OverdraftLimit.Minor };
}

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

/// <param name="HasMore">Whether older transactions follow.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransactionPage")]
public sealed record TransactionPage([property: Id(0)] IReadOnlyList<Transaction> Transactions, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
