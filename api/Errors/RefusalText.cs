using System.Globalization;

namespace BktSmart.Errors;

/// <summary>
/// A refusal in the words of the catalogue, with what it knows besides. A limit is told as it was when the order came: the ledger answers
/// the same under an id for ever, so "today" would be wrong from the next day on.
/// </summary>
internal static class RefusalText
{
    private static readonly NumberFormatInfo AlbanianNumbers = new() { NumberGroupSeparator = ".", NumberDecimalSeparator = "," };

    public static string Of(Refusal refusal, Language language)
    {
        var text = ReasonCatalogue.Of(refusal.Reason).In(language);
        var facts = language == Language.English ? English(refusal) : Albanian(refusal);
        return facts is null ? text : $"{text} {facts}";
    }

    private static string? English(Refusal refusal) => refusal switch
    {
        { TriesLeft: 1 } => "1 try is left.",
        { TriesLeft: { } tries } => $"{Number(tries)} tries are left.",
        { Exceeded: { } exceeded } =>
            $"The limit was {InEnglish(exceeded.Limit)}; {InEnglish(exceeded.Rest)} could still be paid when you ordered this.",
        { Reason: Reason.FnpResendTooSoon, Wait: { } wait } =>
            Seconds(wait) == 1 ? "1 more second." : $"{Number(Seconds(wait))} more seconds.",
        { EndOfDayFrom: { } from } => string.Create(CultureInfo.InvariantCulture, $"It can be from {from:HH:mm} on {from:d MMMM yyyy}."),
        _ => null,
    };

    private static string? Albanian(Refusal refusal) => refusal switch
    {
        { TriesLeft: 1 } => "Edhe 1 provë.",
        { TriesLeft: { } tries } => $"Edhe {Number(tries)} prova.",
        { Exceeded: { } exceeded } =>
            $"Kufiri ishte {InAlbanian(exceeded.Limit)}; kur e urdhëruat, mund të paguanit edhe {InAlbanian(exceeded.Rest)}.",
        { Reason: Reason.FnpResendTooSoon, Wait: { } wait } =>
            Seconds(wait) == 1 ? "Edhe 1 sekondë." : $"Edhe {Number(Seconds(wait))} sekonda.",
        { EndOfDayFrom: { } from } =>
            string.Create(CultureInfo.InvariantCulture, $"Mund të mbyllet nga ora {from:HH:mm} e datës {from:dd.MM.yyyy}."),
        _ => null,
    };

    /// <summary>Whoever waits for so long does not come too soon again.</summary>
    private static int Seconds(TimeSpan wait) => (int)Math.Ceiling(wait.TotalSeconds);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string InEnglish(Money amount) =>
        string.Create(CultureInfo.InvariantCulture, $"{amount.Minor / 100m:N2} {amount.Currency}");

    private static string InAlbanian(Money amount) => string.Create(AlbanianNumbers, $"{amount.Minor / 100m:N2} {amount.Currency}");
}
