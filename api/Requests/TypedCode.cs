using System.Globalization;
using System.Text;

namespace BktSmart.Requests;

/// <summary>
/// Numbers and codes that people type, dictate or paste: what keyboards and clipboards add is left out, and digits of every script are
/// read as digits. Each reader still checks the form of what is left. Passwords are never read so.
/// </summary>
internal static class TypedCode
{
    /// <summary>More than any of these codes has, however it is grouped.</summary>
    private const int LengthMax = 128;

    /// <summary>
    /// Without white space, hyphens and dashes, and without characters that cannot be seen (joiners, direction marks, variation selectors),
    /// wherever they stand. A text that is too long for any code stays as it is.
    /// </summary>
    public static string Read(string text)
    {
        if (text.Length > LengthMax || text.All(char.IsAsciiLetterOrDigit))
            return text;
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsLeftOut(rune))
                continue;
            if (Digit(rune) is >= 0 and var digit)
                builder.Append((char)('0' + digit));
            else
                builder.Append(rune);
        }

        return builder.ToString();
    }

    private static bool IsLeftOut(Rune rune) => Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.DashPunctuation or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.Control
        || rune.Value == '\u2212';

    /// <summary>-1 for anything else.</summary>
    private static int Digit(Rune rune) =>
        rune.IsAscii ? -1 : Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? (int)Rune.GetNumericValue(rune) : -1;
}
