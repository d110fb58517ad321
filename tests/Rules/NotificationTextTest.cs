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

    /// <summary>Of one kind and direction: how the words start in English and in Albanian.</summary>
    public static TheoryData<TransferKind, long, NotificationCategory, string, string> Words => new()
    {
        { TransferKind.Payment, 1, NotificationCategory.IncomingTransfer, "from Arta Hoxha.", "nga Arta Hoxha." },
        { TransferKind.Payment, -1, NotificationCategory.OutgoingTransfer, "to Arta Hoxha.", "për Arta Hoxha." },
        { TransferKind.CashDeposit, 1, NotificationCategory.Cash, "paid in at a branch.", "të depozituara në degë." },
        { TransferKind.CashWithdrawal, -1, NotificationCategory.Cash, "paid out at a branch.", "të tërhequra në degë." },
        { TransferKind.HoldPosting, 1, NotificationCategory.IncomingTransfer, "from Arta Hoxha.", "nga Arta Hoxha." },
        { TransferKind.HoldPosting, -1, NotificationCategory.OutgoingTransfer, "to Arta Hoxha.", "për Arta Hoxha." },
        { TransferKind.Reversal, 1, NotificationCategory.IncomingTransfer, "given back.", "të kthyera në llogari." },
        { TransferKind.Reversal, -1, NotificationCategory.OutgoingTransfer, "taken back.", "të kthyera nga llogaria." },
        { TransferKind.Exchange, 1, NotificationCategory.IncomingTransfer, "credited by the bank.", "të kredituara nga banka." },
        { TransferKind.Exchange, -1, NotificationCategory.OutgoingTransfer, "debited by the bank.", "të debituara nga banka." },
        { TransferKind.Bookkeeping, 1, NotificationCategory.IncomingTransfer, "credited by the bank.", "të kredituara nga banka." },
        { TransferKind.Bookkeeping, -1, NotificationCategory.OutgoingTransfer, "debited by the bank.", "të debituara nga banka." },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void Of_Transaction_SaysWhatHappenedInBothLanguages(
        TransferKind kind, long sign, NotificationCategory category, string english, string albanian)
    {
        foreach (var (language, words) in (ReadOnlySpan<(Language, string)>)[(Language.English, english), (Language.Albanian, albanian)])
        {
            var text = NotificationText.Of(Line(kind, sign * 123_450, "nëntor"), Account, language);
            Assert.Equal(category, text.Category);
            Assert.StartsWith($"1234.50 ALL {words}", text.Body, StringComparison.Ordinal);
            Assert.Contains("\"nëntor\"", text.Body, StringComparison.Ordinal);
            Assert.Contains("5000.00 ALL", text.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(Account.Value, text.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("1234", text.Title, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_ReferenceWithQuotes_StaysWithinItsOwn()
    {
        var text = NotificationText.Of(Line(TransferKind.Payment, 1, "a\". Call +355 69 000. \"b"), Account, Language.English);
        Assert.Contains(" \"a'. Call +355 69 000. 'b\". Account", text.Body, StringComparison.Ordinal);
    }

    /// <summary>Whoever adds a kind decides what its customers read.</summary>
    [Fact]
    public void Words_OfTheTest_AreThoseOfAllKindsWithPostings() => Assert.Equal(
        Enum.GetValues<TransferKind>().Where(kind => kind.HasPostings), Words.Select(row => row.Data.Item1).Distinct().Order());
}
