using BktSmart.Customers;

namespace BktSmart.Notifications;

/// <summary>What the inbox says about the customer's access (R16). The SMS about the same say less, since they lie open.</summary>
internal static class SecurityTexts
{
    public static IEnumerable<CustomerEventText> All =>
    [
        Text(
            CustomerEventKind.SignedInOnNewDevice,
            e => ("Signed in on a new device", $"Your account was opened on {DeviceOf(e)}. If that was not you, call the bank at once."),
            e => ("Hyrje nga pajisje e re", $"Llogaria juaj u hap nga {DeviceOf(e)}. Nëse nuk ishit ju, telefononi menjëherë bankën.")),
        Text(
            CustomerEventKind.SignInLocked,
            _ => ("Access locked", "Too many attempts failed, so nobody can sign in. Call the bank to unlock your access."),
            _ => ("Hyrja u bllokua", "Shumë prova dështuan, ndaj askush nuk mund të hyjë. Telefononi bankën për ta hapur hyrjen.")),
        Text(
            CustomerEventKind.PasswordChanged,
            _ => ("Password changed", "Your password was changed. If that was not you, call the bank at once."),
            _ => ("Fjalëkalimi u ndryshua", "Fjalëkalimi juaj u ndryshua. Nëse nuk ishit ju, telefononi menjëherë bankën.")),
        Text(
            CustomerEventKind.PasswordEnds,
            _ => ("Password ends soon", "Your password ends within a few days. Change it under About security."),
            _ => ("Fjalëkalimi po mbaron", "Fjalëkalimi juaj mbaron pas pak ditësh. Ndryshojeni te Rreth sigurisë.")),
        Text(
            CustomerEventKind.PhoneChanged,
            _ => ("Phone number changed",
                "Codes go to another number, as asked for in a branch. If that was not you, call the bank at once."),
            _ => ("Numri i telefonit u ndryshua",
                "Kodet shkojnë në një numër tjetër, siç u kërkua në degë. Nëse nuk ishit ju, telefononi menjëherë bankën.")),
        Text(
            CustomerEventKind.LimitsRaised,
            e => ("Payment limits raised", $"Higher limits of account {AccountOf(e)} were confirmed. Not you? Call the bank at once."),
            e => ("Limitet u rritën",
                $"U konfirmuan limite më të larta për llogarinë {AccountOf(e)}. S'jeni ju? Telefononi menjëherë bankën.")),
        Text(
            CustomerEventKind.DetailsCorrected,
            _ => ("Your data was corrected",
                "Your name or personal number was corrected in a branch. If you did not ask for it, call the bank at once."),
            _ => ("Të dhënat u korrigjuan",
                "Emri ose numri juaj personal u korrigjua në degë. Nëse nuk e kërkuat ju, telefononi menjëherë bankën.")),
        Text(
            CustomerEventKind.RaisedRiskEnded,
            _ => ("Payments as usual",
                "Payments go without an extra code again, as asked for by phone. If that was not you, call the bank at once."),
            _ => ("Pagesat si zakonisht",
                "Pagesat bëhen përsëri si zakonisht, siç u kërkua me telefon. Nëse nuk ishit ju, telefononi menjëherë bankën.")),
    ];

    private static CustomerEventText Text(
        CustomerEventKind kind, Func<CustomerEvent, (string Title, string Body)> english,
        Func<CustomerEvent, (string Title, string Body)> albanian) => new(kind, (happened, language) =>
    {
        var (title, body) = language == Language.English ? english(happened) : albanian(happened);
        return new NotificationText(NotificationCategory.Security, title, body);
    });

    private static string DeviceOf(CustomerEvent happened) =>
        NotificationText.Quote(happened.Detail.GetProperty("device").GetString()!);

    private static string AccountOf(CustomerEvent happened) => happened.Detail.GetProperty("account").GetString()!;
}
