namespace BktSmart.Ledger;

internal static class RecordedTransferExtensions
{
    /// <summary>A booked transfer as its ordering account sees it: the debtor, or of a cash deposit the creditor.</summary>
    public static BookedTransfer ToBookedTransfer(this RecordedTransfer transfer, AccountRegistration debit, AccountRegistration credit)
    {
        var order = transfer.Order;
        var deposit = order.Kind == TransferKind.CashDeposit;
        var first = transfer.First;
        var standing = transfer.Standing
            ?? (deposit
                ? new StandingAfter(first.CreditSequence, first.CreditBalanceAfter, first.CreditHeldAfter)
                : new StandingAfter(first.DebitSequence, first.DebitBalanceAfter, first.DebitHeldAfter));
        return new BookedTransfer(
            transfer.Id,
            order.Kind,
            (deposit ? credit : debit).Iban!.Value,
            (deposit ? debit : credit).Iban,
            order.Amount,
            order.Reference,
            standing.SequenceNumber,
            new Money(standing.BalanceMinor, order.Amount.Currency),
            transfer.BookedAt,
            transfer.BusinessDate,
            new Money(standing.BalanceMinor - standing.HeldMinor, order.Amount.Currency));
    }

    /// <summary>A transfer that took place, with all of its legs.</summary>
    public static LedgerTransfer ToLedgerTransfer(this RecordedTransfer transfer, IReadOnlyDictionary<long, AccountRegistration> accounts)
    {
        var order = transfer.Order;
        return new LedgerTransfer(
            transfer.Id,
            order.Kind,
            [.. order.AllLegs().Zip(transfer.Further.Prepend(transfer.First), ToLeg)],
            order.Reference,
            transfer.BookedAt,
            transfer.BusinessDate,
            order.RelatedId,
            order.ExpiresAt,
            order.ExchangeRate);

        LedgerLeg ToLeg(FurtherLeg leg, LegEffect effect) => new(
            new TransferLeg(accounts[leg.DebitAccountId].Number, accounts[leg.CreditAccountId].Number, leg.Amount),
            effect.DebitSequence,
            leg.Amount with { Minor = effect.DebitBalanceAfter },
            effect.CreditSequence,
            leg.Amount with { Minor = effect.CreditBalanceAfter });
    }
}
