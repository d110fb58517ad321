namespace BktSmart.Cards;

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
