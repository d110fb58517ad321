using System.Globalization;

namespace BktSmart.Dev.Client;

/// <summary>Makes up customers whose numbers are valid in form and, by chance, nobody else's.</summary>
public sealed class People(Random random)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>An adult with a new NID, phone number, card and device.</summary>
    /// <param name="name">First and last name.</param>
    /// <param name="woman">The NID says so.</param>
    public Person Make(string name, bool woman = false) => new()
    {
        Name = name,
        NationalId = NationalId(woman),
        PhoneNumber = PhoneNumber(),
        CardNumber = CardNumber(),
        CardExpiry = DateTime.UtcNow.AddYears(4).ToString("MM'/'yy", CultureInfo.InvariantCulture),
        Password = $"dritare-e-hapur-{random.Next(1000, 10_000).ToString(CultureInfo.InvariantCulture)}",
    };

    /// <summary>Decade and year of birth, month (of a woman + 50), day, serial, check letter.</summary>
    public string NationalId(bool woman)
    {
        var decade = "GHIJ"[random.Next(4)]; // 1960 to 1999
        var month = random.Next(1, 13) + (woman ? 50 : 0);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{decade}{random.Next(10)}{month:00}{random.Next(1, 29):00}{random.Next(1000):000}{Letters[random.Next(Letters.Length)]}");
    }

    /// <summary>A mobile number of Albania: 67 and 68 go on with 2 to 9, 69 with any digit.</summary>
    public string PhoneNumber()
    {
        var network = random.Next(7, 10);
        var next = network == 9 ? random.Next(10) : random.Next(2, 10);
        return string.Create(CultureInfo.InvariantCulture, $"+3556{network}{next}{random.Next(1_000_000):000000}");
    }

    /// <summary>Sixteen digits with the check digit of Luhn; the leading 9 is left to national use, so that it is nobody's card.</summary>
    public string CardNumber()
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"9{random.NextInt64(100_000_000_000_000):00000000000000}");
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
