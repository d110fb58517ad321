namespace BktSmart.Ledger;

/// <summary><c>bank.batch_leg</c>: a leg after the first.</summary>
internal readonly record struct BatchLeg(
    Guid TransferId, short Number, long DebitAccountId, long CreditAccountId, long AmountMinor,
    long? DebitSequence, long? DebitBalanceMinor, long? DebitHeldMinor,
    long? CreditSequence, long? CreditBalanceMinor, long? CreditHeldMinor)
{
    public static IEnumerable<BatchLeg> Of(RecordedTransfer transfer) => transfer.Order.FurtherLegs.Select((leg, i) =>
    {
        LegEffect? effect = i < transfer.Further.Length ? transfer.Further[i] : null;
        return new BatchLeg(
            transfer.Id.Value, (short)(i + 2), leg.DebitAccountId, leg.CreditAccountId, leg.Amount.Minor,
            effect?.DebitSequence, effect?.DebitBalanceAfter, effect?.DebitHeldAfter,
            effect?.CreditSequence, effect?.CreditBalanceAfter, effect?.CreditHeldAfter);
    });
}
