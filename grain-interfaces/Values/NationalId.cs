using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BktSmart.Values;

/// <summary>
/// The personal number of the Albanian identity card (NID): a letter or digit for the decade of birth, a digit for the year in it, month,
/// day, three digits of serial and a check letter. Shape and date are checked. The check letter is not: many numbers in circulation do not
/// satisfy its formula, and the register decides. The default value is not a NID.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.NationalId")]
public readonly record struct NationalId
{
    private NationalId(string value) => Value = value;

    /// <summary>Ten characters, upper case. Personal data: never logged.</summary>
    [Id(0)] public string Value { get; }

    /// <summary>1800 to 2099: numbers are made out for centuries, so it may lie ahead.</summary>
    public DateOnly BornOn => ReadBirth(Value)!.Value;

    public static bool TryParse([NotNullWhen(true)] string? text, out NationalId id)
    {
        id = default;
        if (text is not { Length: 10 })
            return false;

        var value = text.ToUpperInvariant();
        if (!value[1..9].All(char.IsAsciiDigit) || !char.IsAsciiLetterUpper(value[9]) || ReadBirth(value) is null)
            return false;

        id = new NationalId(value);
        return true;
    }

    /// <exception cref="FormatException">The text is not a NID.</exception>
    public static NationalId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException("The text is not a NID.");

    /// <summary>The masked form: type safety against a NID in a log.</summary>
    public override string ToString() => Value is null ? "" : $"{Value[0]}********{Value[9]}";

    private static DateOnly? ReadBirth(string value)
    {
        if (Decade(value[0]) is not { } decade)
            return null;
        var year = decade + (value[1] - '0');
        // Month: +30 for a foreign man, +50 for a woman, +80 for a foreign woman.
        var month = int.Parse(value.AsSpan(2, 2), CultureInfo.InvariantCulture) switch
        {
            var m and <= 12 => m,
            var m and >= 31 and <= 42 => m - 30,
            var m and >= 51 and <= 62 => m - 50,
            var m and >= 81 and <= 92 => m - 80,
            _ => 0,
        };
        var day = int.Parse(value.AsSpan(4, 2), CultureInfo.InvariantCulture);
        return month == 0 || day == 0 || day > DateTime.DaysInMonth(year, month) ? null : new DateOnly(year, month, day);
    }

    private static int? Decade(char c) => c switch
    {
        >= '0' and <= '9' => 1800 + 10 * (c - '0'),
        >= 'A' and <= 'T' => 1900 + 10 * (c - 'A'),
        _ => null,
    };
}
