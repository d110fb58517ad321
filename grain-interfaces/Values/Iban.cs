using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BktSmart.Values;

/// <summary>
/// An international bank account number (ISO 13616) in its electronic form: no spaces, upper case. Albanian ones are checked in full:
/// 28 characters, <c>AL</c>, two check digits (mod 97), bank 3, branch 4, national check digit, account 16. Of other countries
/// the length (15 to 34) and mod 97, with check digits from 02 to 98, which are all that the standard computes. The default value is not
/// an IBAN.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Iban")]
public readonly record struct Iban
{
    public const int LengthMax = 34;
    private const int AlbanianLength = 28;

    private Iban(string value) => Value = value;

    [Id(0)] public string Value { get; }

    /// <summary>Reads the electronic or the printed form (groups of four with spaces), in upper or lower case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Iban iban)
    {
        iban = default;
        if (text is null || text.Length > LengthMax + LengthMax / 4)
            return false;

        Span<char> buffer = stackalloc char[text.Length];
        var length = 0;
        foreach (var c in text)
        {
            if (c == ' ')
                continue;
            if (!char.IsAsciiLetterOrDigit(c))
                return false;
            buffer[length++] = char.ToUpperInvariant(c);
        }

        var value = buffer[..length];
        if (length is < 15 or > LengthMax
            || !char.IsAsciiLetter(value[0]) || !char.IsAsciiLetter(value[1])
            || !char.IsAsciiDigit(value[2]) || !char.IsAsciiDigit(value[3]) || value[2..4] is "00" or "01" or "99"
            || Mod97(value[..4], Mod97(value[4..])) != 1)
            return false;

        if (value is ['A', 'L', ..]
            && (length != AlbanianLength || value[4..12].ContainsAnyExceptInRange('0', '9')
                || value[11] - '0' != NationalCheckDigit(value[4..11])))
            return false;

        iban = new Iban(value.SequenceEqual(text) ? text : new string(value));
        return true;
    }

    /// <exception cref="FormatException">The text is not an IBAN.</exception>
    public static Iban Parse(string text) => TryParse(text, out var iban) ? iban : throw new FormatException("The text is not an IBAN.");

    /// <summary>Builds an Albanian IBAN with both of its check digits.</summary>
    /// <param name="bankCode">Three digits.</param>
    /// <param name="branchCode">Four digits.</param>
    /// <param name="accountPart">Sixteen letters or digits, upper case.</param>
    /// <exception cref="ArgumentException">A part does not have its form.</exception>
    public static Iban Albanian(string bankCode, string branchCode, string accountPart)
    {
        if (bankCode.Length != 3 || branchCode.Length != 4 || !(bankCode + branchCode).All(char.IsAsciiDigit))
            throw new ArgumentException("A bank code has three digits and a branch code four.", nameof(branchCode));
        if (accountPart.Length != 16 || !accountPart.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)))
            throw new ArgumentException("The account part has sixteen upper-case letters or digits.", nameof(accountPart));

        var bban = bankCode + branchCode + (char)('0' + NationalCheckDigit(bankCode + branchCode)) + accountPart;
        var check = 98 - Mod97(bban + "AL00");
        return new Iban(string.Create(CultureInfo.InvariantCulture, $"AL{check:00}{bban}"));
    }

    /// <param name="bankCode">Of an Albanian bank: three digits.</param>
    public bool IsOfBank(string bankCode) =>
        Value is ['A', 'L', _, _, ..] && Value.AsSpan(4).StartsWith(bankCode, StringComparison.Ordinal);

    /// <summary>The printed form, in groups of four.</summary>
    public string ToPrinted() => string.Join(' ', Value.Chunk(4).Select(group => new string(group)));

    /// <summary>Enough to recognise the account and not enough to know it: <c>AL35…1234</c>.</summary>
    public string ToMasked() => $"{Value[..4]}…{Value[^4..]}";

    public override string ToString() => Value ?? "";

    /// <summary>Weights 9, 7, 3, 1, 9, 7, 3 over bank and branch; the digit that completes the sum to a multiple of ten.</summary>
    private static int NationalCheckDigit(ReadOnlySpan<char> bankAndBranch)
    {
        ReadOnlySpan<int> weights = [9, 7, 3, 1, 9, 7, 3];
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] * (bankAndBranch[i] - '0');
        return (10 - sum % 10) % 10;
    }

    /// <param name="before">The remainder of what stands before.</param>
    private static int Mod97(ReadOnlySpan<char> text, int before = 0)
    {
        var remainder = before;
        foreach (var c in text)
        {
            remainder = char.IsAsciiDigit(c)
                ? (remainder * 10 + (c - '0')) % 97
                : (remainder * 100 + (c - 'A' + 10)) % 97;
        }

        return remainder;
    }
}
