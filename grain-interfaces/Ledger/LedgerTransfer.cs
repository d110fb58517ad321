namespace BktSmart.Ledger;

/// <summary>A transfer as it is in the ledger, as staff see it. Everything in it is stored.</summary>
/// <param name="Related">The hold that it ended, or the transfer that it reversed.</param>
/// <param name="ExpiresAt">Of a hold.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LedgerTransfer")]
public sealed record LedgerTransfer(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] TransferKind Kind,
    [property: Id(2)] IReadOnlyList<LedgerLeg> Legs,
    [property: Id(3)] string Reference,
    [property: Id(4)] DateTimeOffset BookedAt,
    [property: Id(5)] DateOnly BusinessDate,
    [property: Id(6)] TransferId? Related,
    [property: Id(7)] DateTimeOffset? ExpiresAt,
    [property: Id(8)] decimal? ExchangeRate);
