using BktSmart.Accounts;

namespace BktSmart.Ledger;

internal static class RecordedTransferExtensions
{
    /// <summary>A booked transfer as its ordering account sees it: the debtor, or of a cash deposit the creditor.</summary>
    public static BookedTransfer ToBookedTransfer(this RecordedTransfer transfer, AccountRegistration debit, AccountRegistration credit)
    {
        var deposit = transfer.Kind == TransferKind.CashDeposit;
        return new BookedTransfer(
            transfer.Id,
            transfer.Kind,
            (deposit ? credit : debit).Iban!.Value,
            (deposit ? debit : credit).Iban,
            transfer.Amount,
            transfer.Reference,
            deposit ? transfer.CreditSequence : transfer.DebitSequence,
            new Money(deposit ? transfer.CreditBalanceAfterMinor : transfer.DebitBalanceAfterMinor, transfer.Amount.Currency),
            transfer.BookedAt,
            transfer.BusinessDate);
    }
}
