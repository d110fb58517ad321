namespace BktSmart.Accounts;

/// <param name="HasMore">Whether older transactions follow.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransactionPage")]
public sealed record TransactionPage([property: Id(0)] IReadOnlyList<Transaction> Transactions, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
