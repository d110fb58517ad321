using System.Globalization;
using System.Text.RegularExpressions;

namespace BktSmart.Cards;

/// <summary>The month printed on a card; the card is good to the end of it. The default value is not an expiry.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.CardExpiry")]
public readonly partial record struct CardExpiry
{
    private CardExpiry(int year, int month)
    {
        Year = year;
        Month = month;
    }

    /// <summary>2000 to 2099.</summary>
    [Id(0)] public int Year { get; }

    /// <summary>1 to 12.</summary>
    [Id(1)] public int Month { get; }

    /// <summary>Reads <c>MM/YY</c>, as it is printed, <c>M/YY</c>, <c>MM/YYYY</c>, and <c>MMYY</c>.</summary>
    public static bool TryParse(string? text, out CardExpiry expiry)
    {
        expiry = default;
        if (text is null || Form().Match(text) is not { Success: true } match)
            return false;
        expiry = new CardExpiry(2000 + Number("year"), Number("month"));
        return true;

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <exception cref="FormatException">The text is not <c>MM/YY</c>.</exception>
    public static CardExpiry Parse(string text) =>
        TryParse(text, out var expiry) ? expiry : throw new FormatException("A card expiry is MM/YY.");

    [GeneratedRegex(@"^(?:(?<month>0?[1-9]|1[0-2])/(?:20)?|(?<month>0[1-9]|1[0-2]))(?<year>[0-9]{2})\z")]
    private static partial Regex Form();

    public DateOnly LastDay => new(Year, Month, DateTime.DaysInMonth(Year, Month));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Month:00}/{Year % 100:00}");
}
