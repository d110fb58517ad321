namespace BktSmart.Ledger;

/// <summary><c>bank.batch_order</c>: a transfer with its first leg.</summary>
internal readonly record struct BatchOrder(
    Guid TransferId, short Kind, short Originator, short? Reason, short? Approval, string Reference, string? Staff,
    long DebitAccountId, long CreditAccountId, long AmountMinor,
    long? DebitSequence, long DebitBalanceMinor, long DebitHeldMinor,
    long? CreditSequence, long CreditBalanceMinor, long CreditHeldMinor)
{
    public static BatchOrder Of(RecordedTransfer transfer)
    {
        var (order, first) = (transfer.Order, transfer.First);
        return new BatchOrder(
            transfer.Id.Value, (short)order.Kind, (short)order.Originator.Kind, (short?)transfer.Refusal, (short?)transfer.Approval,
            order.Reference, order.Originator.Staff, order.DebitAccountId, order.CreditAccountId!.Value, order.Amount.Minor,
            transfer.HasPostings ? first.DebitSequence : null, first.DebitBalanceAfter, first.DebitHeldAfter,
            transfer.HasPostings ? first.CreditSequence : null, first.CreditBalanceAfter, first.CreditHeldAfter);
    }
}
