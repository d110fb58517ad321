using BktSmart.Customers;
using BktSmart.StandingOrders;

namespace BktSmart.Notifications;

/// <summary>What the inbox says of payments that were ordered in advance (R16). One that is booked is told by its posting.</summary>
internal static class StandingOrderTexts
{
    public static IEnumerable<CustomerEventText> All =>
    [
        new(CustomerEventKind.StandingOrderPaymentFailed, (happened, language) =>
        {
            var (amount, payee) = MatterOf(happened);
            var reason = (Reason)happened.Detail.GetProperty("reason").GetInt16();
            return language == Language.English
                ? Text("Payment failed", $"{amount} to {payee} was not paid: {English(reason)}. You can try again in the app.")
                : Text("Pagesa dështoi", $"{amount} për {payee} nuk u pagua: {Albanian(reason)}. Provojeni përsëri në aplikacion.");
        }),
        new(CustomerEventKind.StandingOrderPaused, (happened, language) =>
        {
            var (amount, payee) = MatterOf(happened);
            var cause = (StandingOrderPauseCause)happened.Detail.GetProperty("cause").GetInt16();
            return language == Language.English
                ? Text("Standing order paused", $"{amount} to {payee} is not paid now: {English(cause)}. {EnglishWay(cause)}")
                : Text("Urdhri u ndal", $"{amount} për {payee} nuk paguhet tani: {Albanian(cause)}. {AlbanianWay(cause)}");
        }),
    ];

    private static NotificationText Text(string title, string body) => new(NotificationCategory.StandingOrder, title, body);

    private static (Money Amount, string Payee) MatterOf(CustomerEvent happened)
    {
        var detail = happened.Detail;
        return (
            new Money(detail.GetProperty("minor").GetInt64(), Currency.Parse(detail.GetProperty("currency").GetString()!)),
            Iban.Parse(detail.GetProperty("payee").GetString()!).ToMasked());
    }

    private static string English(Reason reason) => reason switch
    {
        Reason.InsufficientFunds => "there was not enough money",
        Reason.PaymentLimitExceeded or Reason.DailyLimitExceeded or Reason.MonthlyLimitExceeded => "it was above a limit of the account",
        _ => "it could not be booked",
    };

    private static string Albanian(Reason reason) => reason switch
    {
        Reason.InsufficientFunds => "nuk kishte para të mjaftueshme",
        Reason.PaymentLimitExceeded or Reason.DailyLimitExceeded or Reason.MonthlyLimitExceeded => "ishte mbi një limit të llogarisë",
        _ => "nuk mund të kryhej",
    };

    private static string English(StandingOrderPauseCause cause) => cause switch
    {
        StandingOrderPauseCause.Customer => "you asked for it",
        StandingOrderPauseCause.PayeeCannotReceive => "the payee cannot receive it",
        StandingOrderPauseCause.AccountFrozen => "your account is blocked",
        StandingOrderPauseCause.AccountClosed => "your account is closed",
        StandingOrderPauseCause.Staff => "our contact centre stopped it",
        _ => "you reported a code that you had not asked for",
    };

    private static string Albanian(StandingOrderPauseCause cause) => cause switch
    {
        StandingOrderPauseCause.Customer => "siç e kërkuat",
        StandingOrderPauseCause.PayeeCannotReceive => "përfituesi nuk mund ta marrë",
        StandingOrderPauseCause.AccountFrozen => "llogaria juaj është e bllokuar",
        StandingOrderPauseCause.AccountClosed => "llogaria juaj është e mbyllur",
        StandingOrderPauseCause.Staff => "e ndaloi qendra jonë e kontaktit",
        _ => "raportuat një kod që nuk e kërkuat",
    };

    // From an account that is closed nothing can be resumed; and what somebody else has ordered must not be.
    private static string EnglishWay(StandingOrderPauseCause cause) => cause switch
    {
        StandingOrderPauseCause.AccountClosed => "Give a new order from another account.",
        StandingOrderPauseCause.FnpReported or StandingOrderPauseCause.Staff =>
            "Look at it in the app. If it is not yours, cancel it; resume it only if all of it is yours.",
        _ => "Resume it in the app.",
    };

    private static string AlbanianWay(StandingOrderPauseCause cause) => cause switch
    {
        StandingOrderPauseCause.AccountClosed => "Jepni një urdhër të ri nga një llogari tjetër.",
        StandingOrderPauseCause.FnpReported or StandingOrderPauseCause.Staff =>
            "Shikojeni në aplikacion. Nëse nuk është i juaji, anulojeni; rifillojeni vetëm nëse është i gjithi i juaji.",
        _ => "Rifillojeni në aplikacion.",
    };
}
