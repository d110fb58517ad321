using BktSmart.Answers;

namespace BktSmart.Customers;

/// <summary>What the branch enters to open a customer. Without a number the bank assigns the next one.</summary>
/// <param name="RequestId">Made by the branch terminal; the same id with the same content is the same customer.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.NewCustomer")]
public sealed record NewCustomer(
    [property: Id(0)] Guid RequestId,
    [property: Id(1)] CustomerNumber? Number,
    [property: Id(2)] NationalId NationalId,
    [property: Id(3)] string Name,
    [property: Id(4)] PhoneNumber Phone,
    [property: Id(5)] Language Language);

/// <summary>A customer as the branch sees them.</summary>
/// <param name="AgreementVersion">The KSHBI version that was signed, null before the first.</param>
/// <param name="EnrolmentObstacles">Every condition of R2 and R3 that still stands between the customer and enrolment; empty when none does.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Customer")]
public sealed record Customer(
    [property: Id(0)] CustomerNumber Number,
    [property: Id(1)] NationalId NationalId,
    [property: Id(2)] string Name,
    [property: Id(3)] PhoneNumber Phone,
    [property: Id(4)] Language Language,
    [property: Id(5)] int? AgreementVersion,
    [property: Id(6)] IReadOnlyList<Reason> EnrolmentObstacles);

/// <summary>A card that the branch handed out. The full number exists only on the plastic.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Card")]
public sealed record Card([property: Id(0)] string LastFourDigits, [property: Id(1)] CardExpiry Expiry);

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
    public static CardExpiry Parse(string text) => TryParse(text, out var expiry) ? expiry : throw new FormatException("A card expiry is MM/YY.");

    public DateOnly LastDay => new(Year, Month, DateTime.DaysInMonth(Year, Month));

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Month:00}/{Year % 100:00}");
}

/// <summary>The shape of a payment card number.</summary>
public static class CardNumber
{
    /// <summary>Reads 12 to 19 digits, spaces allowed, with a right check digit (ISO/IEC 7812-1, Luhn). The result is a secret.</summary>
    public static bool TryParse(string? text, out Secret number)
    {
        number = default;
        if (text is null || text.Length > 30)
            return false;

        var digits = text.Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length is < 12 or > 19 || !digits.All(char.IsAsciiDigit))
            return false;

        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit * 2 / 10 + digit * 2 % 10;
        }

        if (sum % 10 != 0)
            return false;
        number = new Secret(digits);
        return true;
    }
}
