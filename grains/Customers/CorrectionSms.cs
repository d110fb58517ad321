namespace BktSmart.Customers;

/// <summary>What a customer hears by SMS of a correction. GSM-7 and one segment, without the details: it lies open.</summary>
internal static class CorrectionSms
{
    public static string Of(Language language) => language == Language.English
        ? $"BKT Smart: your name or personal number was corrected in a branch. Not your wish? Call {ContactCentrePhone.Number} at once."
        : $"BKT Smart: emri ose numri juaj personal u korrigjua ne dege. S'e kerkuat ju? Telefononi menjehere {ContactCentrePhone.Number}.";
}
