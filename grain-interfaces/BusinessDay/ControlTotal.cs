using BktSmart.Ledger;

namespace BktSmart.BusinessDay;

/// <summary>What was booked on a business date in one currency by one kind of transfer.</summary>
/// <param name="Transfers">That were booked, and not refused. One in two currencies counts for that of its first leg.</param>
/// <param name="Legs">Of them that moved money; none for holds and their ends.</param>
/// <param name="AmountMinor">Of all legs: hundredths of the currency.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.ControlTotal")]
public sealed record ControlTotal(
    [property: Id(0)] Currency Currency, [property: Id(1)] TransferKind Kind, [property: Id(2)] long Transfers, [property: Id(3)] long Legs,
    [property: Id(4)] long AmountMinor);
