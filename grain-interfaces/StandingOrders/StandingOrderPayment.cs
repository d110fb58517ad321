using BktSmart.Ledger;

namespace BktSmart.StandingOrders;

/// <summary>One payment of a standing order.</summary>
/// <param name="Reason">Of the last refusal; null where there was none.</param>
/// <param name="TransferId">Of the last attempt; null before the payment is due.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.StandingOrderPayment")]
public sealed record StandingOrderPayment(
    [property: Id(0)] Guid OrderId,
    [property: Id(1)] DateOnly DueOn,
    [property: Id(2)] Iban Account,
    [property: Id(3)] Iban Payee,
    [property: Id(4)] Money Amount,
    [property: Id(5)] string Reference,
    [property: Id(6)] StandingOrderPaymentState State,
    [property: Id(7)] Reason? Reason,
    [property: Id(8)] TransferId? TransferId);
