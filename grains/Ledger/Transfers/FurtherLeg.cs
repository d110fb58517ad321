namespace BktSmart.Ledger;

/// <summary>A leg after the first of an order: accounts by their internal ids.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FurtherLeg")]
internal sealed record FurtherLeg(
    [property: Id(0)] long DebitAccountId, [property: Id(1)] long CreditAccountId, [property: Id(2)] Money Amount);
