using BktSmart.Accounts;
using BktSmart.Customers;
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
        var (category, title, what) = (transaction.Kind, incoming, english) switch
        {
            (TransferKind.Payment, true, true) => (NotificationCategory.IncomingTransfer, "Money received", $"{amount} from {transaction.CounterpartyName}"),
            (TransferKind.Payment, true, false) => (NotificationCategory.IncomingTransfer, "Pagesë e marrë", $"{amount} nga {transaction.CounterpartyName}"),
            (TransferKind.Payment, false, true) => (NotificationCategory.OutgoingTransfer, "Money sent", $"{amount} to {transaction.CounterpartyName}"),
            (TransferKind.Payment, false, false) => (NotificationCategory.OutgoingTransfer, "Pagesë e dërguar", $"{amount} për {transaction.CounterpartyName}"),
            (_, true, true) => (NotificationCategory.Cash, "Cash paid in", $"{amount} paid in at a branch"),
            (_, true, false) => (NotificationCategory.Cash, "Depozitim në arkë", $"{amount} të depozituara në degë"),
            (_, false, true) => (NotificationCategory.Cash, "Cash paid out", $"{amount} paid out at a branch"),
            (_, false, false) => (NotificationCategory.Cash, "Tërheqje në arkë", $"{amount} të tërhequra në degë"),
        };
        var reference = transaction.Reference.Length > 0 ? $" \"{transaction.Reference}\"." : "";
        var body = english
            ? $"{what}.{reference} Account {account.ToMasked()}, balance {transaction.BalanceAfter}."
            : $"{what}.{reference} Llogaria {account.ToMasked()}, gjendja {transaction.BalanceAfter}.";
        return new NotificationText(category, title, body);
    }
}
