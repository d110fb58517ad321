using BktSmart.Accounts;
using BktSmart.Ledger;

namespace BktSmart.Notifications;

/// <summary>The words of a notification, in the customer's language (R16).</summary>
internal readonly record struct NotificationText(NotificationCategory Category, string Title, string Body)
{
    /// <summary>The title of every push message: all that a locked screen shows besides the notification's own title.</summary>
    public const string PushTitle = "BKT Smart";

    public static NotificationText Of(Transaction transaction, Iban account, Language language)
    {
        var english = language == Language.English;
        var amount = transaction.Amount with { Minor = Math.Abs(transaction.Amount.Minor) };
        var incoming = transaction.Amount.Minor > 0;
        var (category, title, what) = transaction switch
        {
            { Kind: TransferKind.CashDeposit } => english
                ? (NotificationCategory.Cash, "Cash paid in", $"{amount} paid in at a branch")
                : (NotificationCategory.Cash, "Depozitim në arkë", $"{amount} të depozituara në degë"),
            { Kind: TransferKind.CashWithdrawal } => english
                ? (NotificationCategory.Cash, "Cash paid out", $"{amount} paid out at a branch")
                : (NotificationCategory.Cash, "Tërheqje në arkë", $"{amount} të tërhequra në degë"),
            { Kind: TransferKind.Reversal } => (incoming, english) switch
            {
                (true, true) => (NotificationCategory.IncomingTransfer, "Transaction reversed", $"{amount} given back"),
                (true, false) => (NotificationCategory.IncomingTransfer, "Transaksion i kthyer", $"{amount} të kthyera në llogari"),
                (false, true) => (NotificationCategory.OutgoingTransfer, "Transaction reversed", $"{amount} taken back"),
                (false, false) => (NotificationCategory.OutgoingTransfer, "Transaksion i kthyer", $"{amount} të kthyera nga llogaria"),
            },
            { CounterpartyName: { } name } => (incoming, english) switch
            {
                (true, true) => (NotificationCategory.IncomingTransfer, "Money received", $"{amount} from {name}"),
                (true, false) => (NotificationCategory.IncomingTransfer, "Pagesë e marrë", $"{amount} nga {name}"),
                (false, true) => (NotificationCategory.OutgoingTransfer, "Money sent", $"{amount} to {name}"),
                (false, false) => (NotificationCategory.OutgoingTransfer, "Pagesë e dërguar", $"{amount} për {name}"),
            },
            // The other side is the bank: a fee, an exchange, a settlement.
            _ => (incoming, english) switch
            {
                (true, true) => (NotificationCategory.IncomingTransfer, "Account credited", $"{amount} credited by the bank"),
                (true, false) => (NotificationCategory.IncomingTransfer, "Llogaria u kreditua", $"{amount} të kredituara nga banka"),
                (false, true) => (NotificationCategory.OutgoingTransfer, "Account debited", $"{amount} debited by the bank"),
                (false, false) => (NotificationCategory.OutgoingTransfer, "Llogaria u debitua", $"{amount} të debituara nga banka"),
            },
        };
        var reference = transaction.Reference.Length > 0 ? $" {Quote(transaction.Reference)}." : "";
        var body = english
            ? $"{what}.{reference} Account {account.ToMasked()}, balance {transaction.BalanceAfter}."
            : $"{what}.{reference} Llogaria {account.ToMasked()}, gjendja {transaction.BalanceAfter}.";
        return new NotificationText(category, title, body);
    }

    /// <summary>What somebody else wrote, so that it cannot pass for words of the bank.</summary>
    public static string Quote(string foreign) => $"\"{foreign.Replace('"', '\'')}\"";
}
