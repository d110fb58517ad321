namespace BktSmart.Cards;

/// <summary>The month printed on a card; the card is good to the end of it. The default value is not an expiry.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.CardExpiry")]
public readonly record struct CardExpiry
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

    /// <summary>Reads <c>MM/YY</c>, as it is printed.</summary>
    public static bool TryParse(string? text, out CardExpiry expiry)
    {
        expiry = default;
        if (text is not { Length: 5 } || text[2] != '/' || !int.TryParse(text[..2], out var month) || !int.TryParse(text[3..], out var year)
            || !text.All(c => c == '/' || char.IsAsciiDigit(c)) || month is < 1 or > 12)
            return false;
        expiry = new CardExpiry(2000 + year, month);
        return true;
    }

    /// <exception cref="FormatException">The text is not <c>MM/YY</c>.</exception>
    public static CardExpiry Parse(string text) =>
        TryParse(text, out var expiry) ? expiry : throw new FormatException("A card expiry is MM/YY.");

    public DateOnly LastDay => new(Year, Month, DateTime.DaysInMonth(Year, Month));

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Month:00}/{Year % 100:00}");
}
