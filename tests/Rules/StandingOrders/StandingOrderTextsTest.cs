using System.Text.Json;
using BktSmart.Customers;
using BktSmart.Notifications;
using BktSmart.StandingOrders;

namespace BktSmart.Tests.Rules.StandingOrders;

public sealed class StandingOrderTextsTest
{
    private const string LookEnglish = "Look at it in the app. If it is not yours, cancel it; resume it only if all of it is yours.";

    private const string LookAlbanian =
        "Shikojeni në aplikacion. Nëse nuk është i juaji, anulojeni; rifillojeni vetëm nëse është i gjithi i juaji.";

    /// <summary>Why an order is paused, and what the customer does, in English and in Albanian.</summary>
    public static TheoryData<StandingOrderPauseCause, string, string> Causes => new()
    {
        { StandingOrderPauseCause.Customer, "you asked for it. Resume it in the app.", "siç e kërkuat. Rifillojeni në aplikacion." },
        {
            StandingOrderPauseCause.PayeeCannotReceive, "the payee cannot receive it. Resume it in the app.",
            "përfituesi nuk mund ta marrë. Rifillojeni në aplikacion."
        },
        {
            StandingOrderPauseCause.AccountFrozen, "your account is blocked. Resume it in the app.",
            "llogaria juaj është e bllokuar. Rifillojeni në aplikacion."
        },
        {
            StandingOrderPauseCause.AccountClosed, "your account is closed. Give a new order from another account.",
            "llogaria juaj është e mbyllur. Jepni një urdhër të ri nga një llogari tjetër."
        },
        {
            StandingOrderPauseCause.FnpReported,
            "you reported a code that you had not asked for. " + LookEnglish,
            "raportuat një kod që nuk e kërkuat. " + LookAlbanian
        },
        {
            StandingOrderPauseCause.Staff, "our contact centre stopped it. " + LookEnglish,
            "e ndaloi qendra jonë e kontaktit. " + LookAlbanian
        },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void Write_OrderIsPaused_SaysWhyInBothLanguages(StandingOrderPauseCause cause, string english, string albanian)
    {
        var payee = Iban.Albanian("205", "1100", "0000000000000001");
        var happened = new CustomerEvent(
            1, CustomerEventKind.StandingOrderPaused, DateTimeOffset.UnixEpoch,
            JsonSerializer.SerializeToElement(new { minor = 123_450, currency = "ALL", payee = payee.Value, cause = (short)cause }));
        var text = StandingOrderTexts.All.Single(text => text.Kind == happened.Kind);
        foreach (var (language, words) in (ReadOnlySpan<(Language, string)>)[(Language.English, english), (Language.Albanian, albanian)])
        {
            var (category, title, body) = text.Write(happened, language);
            Assert.Equal(NotificationCategory.StandingOrder, category);
            Assert.EndsWith(words, body, StringComparison.Ordinal);
            Assert.Contains("1234.50 ALL", body, StringComparison.Ordinal);
            Assert.DoesNotContain(payee.Value, body, StringComparison.Ordinal);
            Assert.DoesNotContain("1234", title, StringComparison.Ordinal);
        }
    }

    /// <summary>A cause without words of its own would get those of another.</summary>
    [Fact]
    public void Causes_OfThisTest_AreAll() => Assert.Equal(
        Enum.GetValues<StandingOrderPauseCause>(), Causes.Select(row => row.Data.Item1).Order());
}
