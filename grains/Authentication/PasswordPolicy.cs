using System.Globalization;
using System.Text;

namespace BktSmart.Authentication;

/// <summary>
/// What a password must be (R5): alphanumeric, as the bank promises its customers, long enough (counted in characters as people see them),
/// not among those that are tried first (OWASP ASVS 5.0, 6.2.4 and 6.2.11), and without the customer's own data.
/// </summary>
internal static class PasswordPolicy
{
    private const string Field = "password";

    /// <summary>
    /// The form in which passwords are hashed and compared, NFKC (NIST SP 800-63B-4, 3.1.1.2): two keyboards may type the same letter as
    /// different code points.
    /// </summary>
    public static Secret Normalise(Secret password) =>
        new(IsText(password.Value) ? password.Value.Normalize(NormalizationForm.FormKC) : password.Value);

    /// <summary>
    /// All that can be said before the customer is known: length, composition, and whether anybody's password could be guessed so.
    /// </summary>
    public static Refusal? Check(Secret password) => CheckShape(password) ?? CheckGuessable(password, []);

    /// <summary>
    /// All of the policy. The answer tells about the customer, so only somebody who has proven to be the customer may get it: to anybody
    /// else it would confirm guesses at a name, NID or phone number.
    /// </summary>
    public static Refusal? Check(Secret password, PasswordContext context)
    {
        if (CheckShape(password) is { } refusal)
            return refusal;
        if (context.IsIn(password.Value))
            return new Refusal(Reason.PasswordContainsPersonalData, Field);
        return CheckGuessable(password, context.NameParts);
    }

    private static Refusal? CheckShape(Secret password)
    {
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

    private static Refusal? CheckGuessable(Secret password, IEnumerable<string> customersWords) =>
        PasswordGuessing.IsEasy(password.Value, customersWords) ? new Refusal(Reason.PasswordTooCommon, Field) : null;

    /// <summary>Lone surrogates have no normal form, and a line break is no key of a password.</summary>
    private static bool IsText(string text) =>
        text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar && !Rune.IsControl(rune));
}
