using BktSmart.Ledger;

namespace BktSmart.StandingOrders;

/// <summary>A standing order as the app gives it.</summary>
/// <param name="Id">Made and kept by the app before the first attempt, as with a transfer.</param>
/// <param name="Amount">Of each payment: positive, at most <see cref="Money.MaxTransferMinor"/>.</param>
/// <param name="Reference">As of a <see cref="TransferCommand"/>.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.StandingOrderCommand")]
public sealed record StandingOrderCommand(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Iban Account,
    [property: Id(2)] Iban Payee,
    [property: Id(3)] Money Amount,
    [property: Id(4)] string Reference,
    [property: Id(5)] StandingOrderSchedule Schedule);
