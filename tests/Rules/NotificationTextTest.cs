using BktSmart.Accounts;
using BktSmart.Ledger;
using BktSmart.Notifications;

namespace BktSmart.Tests.Rules;

public sealed class NotificationTextTest
{
    private static readonly Currency All = Currency.Parse("ALL");
    private static readonly Iban Account = Iban.Albanian("205", "1100", "0000000000000001");

    private static Transaction Line(TransferKind kind, long amount, string reference = "") => new(
        new TransferId(Guid.CreateVersion7()), 1, kind, new Money(amount, All), new Money(500_000, All),
        DateTimeOffset.UnixEpoch, new DateOnly(2026, 11, 24),
        IsWithCustomer(kind) ? Iban.Albanian("205", "1100", "0000000000000002") : null,
        IsWithCustomer(kind) ? "Arta Hoxha" : null, reference);

    private static bool IsWithCustomer(TransferKind kind) =>
        kind is TransferKind.Payment or TransferKind.HoldPosting or TransferKind.Reversal;

    [Theory]
    [InlineData(TransferKind.Payment, 123_450, Language.English, NotificationCategory.IncomingTransfer, "1234.50 ALL from Arta Hoxha.")]
    [InlineData(TransferKind.Payment, -123_450, Language.Albanian, NotificationCategory.OutgoingTransfer, "1234.50 ALL për Arta Hoxha.")]
    [InlineData(TransferKind.CashDeposit, 123_450, Language.Albanian, NotificationCategory.Cash, "1234.50 ALL të depozituara në degë.")]
    [InlineData(TransferKind.CashWithdrawal, -123_450, Language.English, NotificationCategory.Cash, "1234.50 ALL paid out at a branch.")]
    [InlineData(TransferKind.HoldPosting, -123_450, Language.English, NotificationCategory.OutgoingTransfer, "1234.50 ALL to Arta Hoxha.")]
    [InlineData(TransferKind.Reversal, 123_450, Language.English, NotificationCategory.IncomingTransfer, "1234.50 ALL given back.")]
    [InlineData(
        TransferKind.Reversal, -123_450, Language.Albanian, NotificationCategory.OutgoingTransfer, "1234.50 ALL të kthyera nga llogaria.")]
    [InlineData(
        TransferKind.Exchange, 123_450, Language.Albanian, NotificationCategory.IncomingTransfer, "1234.50 ALL të kredituara nga banka.")]
    [InlineData(
        TransferKind.Bookkeeping, -123_450, Language.English, NotificationCategory.OutgoingTransfer, "1234.50 ALL debited by the bank.")]
    public void Of_Transaction_SaysWhatHappened(
        TransferKind kind, long amount, Language language, NotificationCategory category, string start)
    {
        var text = NotificationText.Of(Line(kind, amount, "nëntor"), Account, language);
        Assert.Equal(category, text.Category);
        Assert.StartsWith(start, text.Body, StringComparison.Ordinal);
        Assert.Contains("\"nëntor\"", text.Body, StringComparison.Ordinal);
        Assert.Contains("5000.00 ALL", text.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Account.Value, text.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", text.Title, StringComparison.Ordinal);
    }
}
