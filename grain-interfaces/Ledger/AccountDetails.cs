namespace BktSmart.Ledger;

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
