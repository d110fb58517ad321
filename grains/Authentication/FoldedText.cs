using System.Globalization;
using System.Text;

namespace BktSmart.Authentication;

/// <summary>Text as a guesser sees it: lower case and without diacritics, so that Durrës and DURRES are one word.</summary>
internal static class FoldedText
{
    /// <exception cref="ArgumentException">The text has a lone surrogate.</exception>
    public static string Of(string text) =>
        string.Concat(
            text.Normalize(NormalizationForm.FormKD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark))
            .ToLowerInvariant();
}
