namespace BktSmart.Authentication;

/// <summary>What customers can do when no FNP comes (R6, R8): the same for everybody, because the reason is not told.</summary>
internal static class SignInHelp
{
    public static string In(Language language) => language == Language.English
        ? "No code? Check the password and the coverage. On a new phone, set a new password with your card (\"I forgot my password\"), or "
            + $"call {ContactCentrePhone.Readable}."
        : "Nuk erdhi kodi? Kontrolloni fjalëkalimin dhe mbulimin. Në një telefon të ri, vendosni një fjalëkalim të ri me kartën tuaj "
            + $"(\"Harrova fjalëkalimin\"), ose telefononi {ContactCentrePhone.Readable}.";
}
