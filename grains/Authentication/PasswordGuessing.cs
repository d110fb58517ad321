using System.Text.RegularExpressions;

namespace BktSmart.Authentication;

/// <summary>
/// Whether a password is among those that are tried first. The measure is zxcvbn's (Wheeler, USENIX Security 2016): the fewest guesses that
/// make the password out of common passwords (30,000, more than 4,000 of which have the shape that the policy asks for), words, names,
/// dates, sequences and rows of keys, with capitals and digits for letters. To its lists come the words of <c>PasswordWords.txt</c>. Thread
/// safe; the first call reads the lists, some tenths of a second, which then take about 8 MB.
/// </summary>
internal static partial class PasswordGuessing
{
    /// <summary>
    /// In bits: some thirty million guesses. A door that locks after five could do with less; this also refuses what falls at once to
    /// somebody with a stolen hash. More would begin to refuse eight letters drawn by lot, in which the measure reads words by chance.
    /// </summary>
    private const double EntropyMin = 25;

    /// <summary>
    /// In characters. The cost grows faster than the length, and a password whose first part is hard to guess is not made easier by more.
    /// </summary>
    private const int MeasuredLengthMax = 24;

    private static readonly Zxcvbn.Zxcvbn Measure = new();
    private static readonly string[] Words = ReadWords();

    /// <param name="customersWords">Folded words that are common for this customer, such as the name.</param>
    public static bool IsEasy(string password, IEnumerable<string> customersWords)
    {
        var text = FoldedText.Of(password);
        string[] words = [.. Words, .. customersWords];
        // Both: a password may be on a list as it is, and the measure knows repeated characters but no repeated groups.
        return IsEasyAsItIs(text, words) || IsEasyAsItIs(RepeatedGroup().Replace(text, "$1"), words);
    }

    private static bool IsEasyAsItIs(string text, string[] words) =>
        Measure.EvaluatePassword(text.Length > MeasuredLengthMax ? text[..MeasuredLengthMax] : text, words).Entropy < EntropyMin;

    private static string[] ReadWords()
    {
        using var stream = typeof(PasswordGuessing).Assembly.GetManifestResourceStream("PasswordWords.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }

    [GeneratedRegex(@"(.{2,12}?)\1+", RegexOptions.CultureInvariant)]
    private static partial Regex RepeatedGroup();
}
