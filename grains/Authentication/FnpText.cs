using BktSmart.Answers;
using BktSmart.Customers;

namespace BktSmart.Authentication;

/// <summary>
/// The SMS that carries an FNP: what it is for, and never to tell anybody. GSM-7 and one segment (160 characters), which is why the Albanian is written without
/// its "ë"; the last line is the one that phones use to fill the code in (origin-bound one-time codes).
/// </summary>
internal static class FnpText
{
    private const string Domain = "bkt.com.al";

    public static string Compose(FnpPurpose purpose, Secret code, Language language) => (language, purpose) switch
    {
        (Language.English, FnpPurpose.Enrolment) =>
            $"BKT Smart: {code.Value} is your code to enrol. BKT never asks for it. Not you? Call +35542266288.\n@{Domain} #{code.Value}",
        (Language.English, _) =>
            $"BKT Smart: {code.Value} is your code to sign in. BKT never asks for it. Not you? Call +35542266288.\n@{Domain} #{code.Value}",
        (_, FnpPurpose.Enrolment) =>
            $"BKT Smart: {code.Value} eshte kodi juaj per regjistrim. BKT nuk e kerkon kurre. S'jeni ju? Telefononi +35542266288.\n@{Domain} #{code.Value}",
        _ =>
            $"BKT Smart: {code.Value} eshte kodi juaj per hyrje. BKT nuk e kerkon kurre. S'jeni ju? Telefononi +35542266288.\n@{Domain} #{code.Value}",
    };
}
