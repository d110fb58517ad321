namespace BktSmart.Ledger;

/// <summary>The limit that an order would have broken, and what it left, in the currency of the leg that was refused.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.LimitRoom")]
internal readonly record struct LimitRoom([property: Id(0)] long LimitMinor, [property: Id(1)] long RestMinor);
