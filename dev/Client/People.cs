using System.Globalization;

namespace BktSmart.Dev.Client;

/// <summary>Makes up customers whose numbers are valid in form. All people of one source have different numbers.</summary>
/// <param name="seed">Where the source begins. The same seed makes the same people in the same order.</param>
public sealed class People(long seed)
{
    /// <summary>How many people a source makes: each has one of the birthdays and serials that an NID may hold.</summary>
    public const int CountMax = 4 * 10 * 12 * 28 * 1_000;

    // It shares no factor with CountMax, whose primes are 2, 3, 5 and 7: a walk in such steps meets every number before it meets one again.
    private const long Step = 7_654_321;

    // Nor does this one with 10^14: it spreads the numbers over all cards, and no two over the same.
    private const long CardStep = 97_531_086_421;

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private int _made;

    /// <summary>An adult with a new NID, phone number, card and device.</summary>
    /// <param name="name">First and last name.</param>
    /// <param name="woman">The NID says so.</param>
    public Person Make(string name, bool woman = false)
    {
        var number = Next();
        return new Person
        {
            Name = name,
            NationalId = NationalIdOf(number, woman),
            PhoneNumber = PhoneNumberOf(number),
            CardNumber = CardNumberOf(number),
            CardExpiry = DateTime.UtcNow.AddYears(4).ToString("MM'/'yy", CultureInfo.InvariantCulture),
            Password = string.Create(CultureInfo.InvariantCulture, $"dritare-e-hapur-{1_000 + number % 9_000}"),
        };
    }

    /// <summary>An NID that nobody of this source has.</summary>
    public string NationalId(bool woman) => NationalIdOf(Next(), woman);

    /// <summary>A card that nobody of this source has.</summary>
    public string CardNumber() => CardNumberOf(Next());

    private long Next()
    {
        var made = Interlocked.Increment(ref _made);
        if (made > CountMax)
            throw new InvalidOperationException($"A source makes no more than {CountMax} people.");
        return ((seed % CountMax + CountMax) % CountMax + made * Step) % CountMax;
    }

    /// <summary>Decade and year of birth, month (of a woman + 50), day, serial, check letter.</summary>
    private static string NationalIdOf(long number, bool woman)
    {
        var (rest, serial) = Math.DivRem(number, 1_000);
        (rest, var day) = Math.DivRem(rest, 28);
        (rest, var month) = Math.DivRem(rest, 12);
        var (decade, year) = Math.DivRem(rest, 10);
        var letter = Letters[(int)(number % Letters.Length)];
        // From 1960 to 1999.
        var birth = string.Create(CultureInfo.InvariantCulture, $"{"GHIJ"[(int)decade]}{year}{month + (woman ? 51 : 1):00}{day + 1:00}");
        return string.Create(CultureInfo.InvariantCulture, $"{birth}{serial:000}{letter}");
    }

    /// <summary>A mobile number of Albania: 67 and 68 go on with 2 to 9.</summary>
    private static string PhoneNumberOf(long number)
    {
        var (rest, network) = Math.DivRem(number, 2);
        var (subscriber, next) = Math.DivRem(rest, 8);
        return string.Create(CultureInfo.InvariantCulture, $"+3556{network + 7}{next + 2}{subscriber:000000}");
    }

    /// <summary>Sixteen digits with the check digit of Luhn; the leading 9 is left to national use, so that it is nobody's card.</summary>
    private static string CardNumberOf(long number)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"9{number * CardStep % 100_000_000_000_000:00000000000000}");
        return digits + LuhnDigit(digits).ToString(CultureInfo.InvariantCulture);
    }

    private static int LuhnDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var weighted = i % 2 == 0 ? 2 * digit : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }

        return (10 - sum % 10) % 10;
    }
}
