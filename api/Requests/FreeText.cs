using System.Globalization;
using System.Text;

namespace BktSmart.Requests;

/// <summary>
/// Text that people write and other people read: names, references. In Unicode NFC, without white space at the ends, with one space for
/// every run of it. Control and format characters are refused and not removed: bidirectional overrides and zero-width characters make one
/// text look like another, and a text that was changed on the way would not be what the payer confirmed. Joiners pass where they change how
/// a text looks: within emoji, and between letters of scripts that need them. Lengths count code points after normalisation, as
/// <c>char_length</c> of the database does.
/// </summary>
internal static class FreeText
{
    /// <summary>What is wrong with the text, or null, and then <paramref name="normalised"/> is set; it may be empty.</summary>
    /// <param name="lengthMax">In code points.</param>
    public static Reason? TryNormalise(string text, int lengthMax, out string normalised)
    {
        normalised = "";

        // Before anything costly: white space and decomposed letters may shrink, but not without limit.
        if (text.Length > 8 * lengthMax)
            return Reason.TextTooLong;
        if (!IsWellFormed(text))
            return Reason.TextNotAllowed;

        var builder = new StringBuilder(text.Length);
        var length = 0;
        var spaceDue = false;
        Rune[] runes = [.. text.Normalize(NormalizationForm.FormC).EnumerateRunes()];
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (IsSpace(rune))
            {
                spaceDue = length > 0;
                continue;
            }

            if (!IsAllowed(rune) && !(IsJoiner(rune) && i > 0 && i + 1 < runes.Length && Joins(runes[i - 1], runes[i + 1])))
                return Reason.TextNotAllowed;
            if (spaceDue)
            {
                builder.Append(' ');
                length++;
            }

            spaceDue = false;
            builder.Append(rune);
            length++;
        }

        if (length > lengthMax)
            return Reason.TextTooLong;
        normalised = builder.ToString();
        return null;
    }

    /// <summary>In code points.</summary>
    public static int Length(string normalised) => normalised.EnumerateRunes().Count();

    // Tabs and line breaks are control characters, but from a pasted text they are white space like any other.
    private static bool IsSpace(Rune rune) => Rune.IsWhiteSpace(rune);

    private static bool IsAllowed(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned);

    /// <summary>Zero-width non-joiner and joiner.</summary>
    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D;

    /// <summary>Latin, Greek and Cyrillic letters have cases, and need no joiner.</summary>
    private static bool Joins(Rune before, Rune after) =>
        Rune.GetUnicodeCategory(before) is UnicodeCategory.OtherLetter or UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        && Rune.GetUnicodeCategory(after) is UnicodeCategory.OtherLetter or UnicodeCategory.OtherSymbol;

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
