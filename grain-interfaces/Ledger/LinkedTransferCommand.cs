namespace BktSmart.Ledger;

/// <summary>An order of staff. All of its legs are booked, in their order, or none.</summary>
/// <param name="Kind"><see cref="TransferKind.Bookkeeping"/> or <see cref="TransferKind.Exchange"/>.</param>
/// <param name="Legs">1 to <see cref="LegsMax"/>.</param>
/// <param name="ExchangeRate">Of an exchange: units of the second leg's currency for one of the first's. Goes on the record.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LinkedTransferCommand")]
public sealed record LinkedTransferCommand(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] TransferKind Kind,
    [property: Id(2)] IReadOnlyList<TransferLeg> Legs,
    [property: Id(3)] decimal? ExchangeRate,
    [property: Id(4)] string Reference)
{
    public const int LegsMax = 16;
}
