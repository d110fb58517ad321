namespace BktSmart.Ledger;

/// <summary>An account as the ledger has it, any account.</summary>
/// <param name="Number">An IBAN, or the code of one of the bank's own accounts.</param>
/// <param name="SequenceNumber">Of the last posting; zero before the first.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LedgerBalance")]
public sealed record LedgerBalance(
    [property: Id(0)] string Number, [property: Id(1)] Money Balance, [property: Id(2)] Money Held, [property: Id(3)] long SequenceNumber)
{
    public const int CountMax = 1_000;
}
