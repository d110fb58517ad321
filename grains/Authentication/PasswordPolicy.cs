using System.Globalization;
using System.Text;
using BktSmart.Answers;

namespace BktSmart.Authentication;

/// <summary>What a password must be (R5): alphanumeric, as the bank promises its customers, and long enough. Length is counted in characters as people see them.</summary>
internal static class PasswordPolicy
{
    /// <summary>
    /// The form in which passwords are hashed and compared, NFKC (NIST SP 800-63B-4, 3.1.1.2): two keyboards may type the same letter as different code points.
    /// </summary>
    public static Secret Normalise(Secret password) =>
        new(IsText(password.Value) ? password.Value.Normalize(NormalizationForm.FormKC) : password.Value);

    public static Refusal? Check(Secret password)
    {
        const string Field = "password";
        if (!IsText(password.Value))
            return new Refusal(Reason.TextNotAllowed, Field);
        var text = Normalise(password).Value;
        var length = new StringInfo(text).LengthInTextElements;
        if (length < PasswordRules.LengthMin)
            return new Refusal(Reason.PasswordTooShort, Field);
        if (length > PasswordRules.LengthMax || text.Length > 4 * PasswordRules.LengthMax)
            return new Refusal(Reason.PasswordTooLong, Field);
        if (!text.Any(char.IsLetter) || !text.Any(char.IsDigit))
            return new Refusal(Reason.PasswordNeedsLettersAndDigits, Field);
        return null;
    }

    /// <summary>Lone surrogates have no normal form, and a line break is no key of a password.</summary>
    private static bool IsText(string text) =>
        text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar && !Rune.IsControl(rune));
}
