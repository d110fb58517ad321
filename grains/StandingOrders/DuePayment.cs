using BktSmart.Ledger;

namespace BktSmart.StandingOrders;

/// <summary>A row of <c>bank.standing_order_payment</c> that a silo has taken up.</summary>
/// <param name="GivenUp">Whether it is stopped: then its id is only settled.</param>
internal sealed record DuePayment(
    Guid OrderId, DateOnly DueOn, int Attempt, TransferId TransferId, long DebitAccountId, long CreditAccountId, Money Amount,
    string Reference, string PayeeNumber, bool Confirmed, bool GivenUp)
{
    public TransferOrder ToOrder() =>
        new(TransferId, TransferKind.Payment, DebitAccountId, CreditAccountId, Amount, Reference, Originator.StandingOrder)
        {
            Confirmed = Confirmed,
            Terms = OrderTerms.Unlimited with { SettleOnly = GivenUp },
        };
}
