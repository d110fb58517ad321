namespace BktSmart.Ledger;

/// <summary>Cash over the counter of a branch.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.CashCommand")]
public sealed record CashCommand(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] Money Amount,
    [property: Id(2)] string Reference);
