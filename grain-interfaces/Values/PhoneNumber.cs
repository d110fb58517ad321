using System.Diagnostics.CodeAnalysis;
using PhoneNumbers;

namespace BktSmart.Values;

/// <summary>
/// A telephone number of any country in E.164 form (<c>+355672123456</c>), valid by the numbering plans of libphonenumber and able to
/// receive SMS (R12). The default value is not a number.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.PhoneNumber")]
public readonly record struct PhoneNumber
{
    private const int TextLengthMax = 32;

    private PhoneNumber(string value) => Value = value;

    /// <summary>A plus sign and up to fifteen digits. Personal data: never logged.</summary>
    [Id(0)] public string Value { get; }

    /// <summary>Reads a number with its country code; without one it is taken as Albanian.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PhoneNumber number)
    {
        number = default;
        // The library reads letters as keys, and drops what it takes for an extension.
        if (string.IsNullOrWhiteSpace(text) || text.Length > TextLengthMax
            || text.Any(c => char.IsLetter(c) || c is '#' or '*' or ';' or ','))
            return false;

        var util = PhoneNumberUtil.GetInstance();
        try
        {
            var parsed = util.Parse(text, "AL");
            if (!util.IsValidNumber(parsed)
                || util.GetNumberType(parsed) is not (PhoneNumberType.MOBILE or PhoneNumberType.FIXED_LINE_OR_MOBILE))
                return false;
            number = new PhoneNumber(util.Format(parsed, PhoneNumberFormat.E164));
            return true;
        }
        catch (NumberParseException)
        {
            return false;
        }
    }

    /// <summary>
    /// A number that was valid when it was registered. Numbering plans change; a registered number stays what it is.
    /// </summary>
    /// <exception cref="FormatException">The text does not have the form of E.164.</exception>
    public static PhoneNumber FromE164(string text) =>
        text is ['+', _, ..] && text.Length <= 16 && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0
            ? new PhoneNumber(text)
            : throw new FormatException("The text is not a number in E.164 form.");

    /// <summary>The masked form: type safety against a number in a log.</summary>
    public override string ToString() => Value is null ? "" : $"{Value[..4]}…{Value[^2..]}";
}
