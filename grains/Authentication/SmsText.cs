using System.Globalization;
using BktSmart.Ledger;

namespace BktSmart.Authentication;

/// <summary>
/// What SMS say. GSM-7 and one segment (160 characters), which is why the Albanian is written without its "ë". An FNP's says what it is
/// for, carries the reference under which it can be reported, and ends with the line that phones use to fill the code in (origin-bound
/// one-time codes).
/// </summary>
internal static class SmsText
{
    private const string Domain = "bkt.com.al";
    private const string ContactCentre = ContactCentrePhone.Number;

    /// <summary>Limits of a payment, a day and a month. Decimals are where they are needed, or it would take a second segment.</summary>
    public static string Amounts(PaymentLimits limits, Currency currency)
    {
        return $"{Major(limits.PaymentMinor)}/{Major(limits.DayMinor)}/{Major(limits.MonthMinor)} {currency}";

        static string Major(long minor) => (minor / 100m).ToString(minor % 100 == 0 ? "0" : "0.00", CultureInfo.InvariantCulture);
    }

    public static string OfFnp(FnpSms sms, Secret code, Language language)
    {
        var account = sms.Account?.Replace("…", "..", StringComparison.Ordinal);
        var english = language == Language.English;
        if (sms is { Purpose: FnpPurpose.LimitRaise, Amount: { } limits })
            return Brief(sms, code, english ? $"limits {limits} of {account}" : $"limitet {limits}, {account}", language);
        if (sms.Purpose == FnpPurpose.StandingOrder)
        {
            return Brief(
                sms, code,
                english ? $"{English(sms.Order)} {sms.Amount} to {account}" : $"{Albanian(sms.Order)} {sms.Amount} te {account}", language);
        }

        var what = (language, sms.Purpose) switch
        {
            (Language.English, FnpPurpose.Enrolment) => "to enrol",
            (Language.English, FnpPurpose.SignIn) => "to sign in",
            (Language.English, FnpPurpose.PasswordChange) => "to change the password",
            (Language.English, FnpPurpose.Payment) => $"to pay {sms.Amount} to {account}",
            (Language.English, FnpPurpose.TrustedPayee) => $"to trust the payee {account}",
            (Language.English, FnpPurpose.LimitRaise) => $"to raise the limits of {account}",
            (Language.English, _) => "for a new password",
            (_, FnpPurpose.Enrolment) => "per regjistrim",
            (_, FnpPurpose.SignIn) => "per hyrje",
            (_, FnpPurpose.PasswordChange) => "per ndryshim fjalekalimi",
            (_, FnpPurpose.Payment) => $"per {sms.Amount} te {account}",
            (_, FnpPurpose.TrustedPayee) => $"per perfituesin e besuar {account}",
            (_, FnpPurpose.LimitRaise) => $"per te rritur limitet e {account}",
            _ => "per fjalekalim te ri",
        };
        var text = language == Language.English
            ? $"BKT Smart: {code.Value} is your code {what}, ref {sms.Reference}. BKT never asks for it. Not you? Call {ContactCentre}."
            : $"BKT Smart: {code.Value}, kodi juaj {what}, ref {sms.Reference}. BKT nuk e kerkon kurre. S'jeni ju? Tel {ContactCentre}.";
        return $"{text}\n@{Domain} #{code.Value}";
    }

    /// <summary>Where what it is for leaves no room for more words.</summary>
    private static string Brief(FnpSms sms, Secret code, string what, Language language)
    {
        var text = language == Language.English
            ? $"BKT Smart: {code.Value} for {what}, ref {sms.Reference}. BKT never asks for it. Not you? Call {ContactCentre}."
            : $"BKT Smart: {code.Value} per {what}, ref {sms.Reference}. BKT s'e kerkon kurre. S'jeni ju? Tel {ContactCentre}.";
        return $"{text}\n@{Domain} #{code.Value}";
    }

    /// <summary>At most 16 characters.</summary>
    private static string English(FnpOrder? order) => order switch
    {
        FnpOrder.Once => "an order, once:",
        FnpOrder.Weekly => "a weekly order:",
        FnpOrder.Monthly => "a monthly order:",
        FnpOrder.Change => "a changed order:",
        FnpOrder.Resumption => "resuming order:",
        FnpOrder.Cancellation => "ending an order:",
        FnpOrder.Retry => "trying again:",
        _ => "an order of",
    };

    /// <inheritdoc cref="English"/>
    private static string Albanian(FnpOrder? order) => order switch
    {
        FnpOrder.Once => "urdher nje here:",
        FnpOrder.Weekly => "urdher javor:",
        FnpOrder.Monthly => "urdher mujor:",
        FnpOrder.Change => "ndryshim urdhri:",
        FnpOrder.Resumption => "rifillim urdhri:",
        FnpOrder.Cancellation => "anulim urdhri:",
        FnpOrder.Retry => "riprovim pagese:",
        _ => "urdher",
    };

    /// <summary>Limits were raised. As with a payment, the amounts tell whether it was the customer.</summary>
    public static string OfRaise(string maskedAccount, string limits, Language language)
    {
        var account = maskedAccount.Replace("…", "..", StringComparison.Ordinal);
        return language == Language.English
            ? $"BKT Smart: limits of {account} raised to {limits} (payment/day/month). Not you? Call {ContactCentre} at once."
            : $"BKT Smart: limitet e {account} u rriten ne {limits} (pagese/dite/muaj). S'jeni ju? Telefononi menjehere {ContactCentre}.";
    }

    public static string OfAlert(SecurityAlert alert, Language language) => (language, alert) switch
    {
        (Language.English, SecurityAlert.LastTry) =>
            $"BKT Smart: several attempts to sign in failed. One more locks your access. Not you? Call {ContactCentre}.",
        (Language.English, SecurityAlert.Locked) =>
            $"BKT Smart: your access is locked after too many failed attempts. Call {ContactCentre} to unlock it.",
        (Language.English, SecurityAlert.PasswordChanged) =>
            $"BKT Smart: your password was changed. Not you? Call {ContactCentre} at once.",
        (Language.English, SecurityAlert.PasswordEnds) =>
            "BKT Smart: your password ends within a few days. Change it in the app, under About security.",
        (Language.English, SecurityAlert.PhoneChanged) =>
            $"BKT Smart: codes go to another number from now on, as asked for in a branch. Not you? Call {ContactCentre} at once.",
        (Language.English, SecurityAlert.RiskEnded) =>
            $"BKT Smart: payments go without an extra code again, as asked for by phone. Not you? Call {ContactCentre} at once.",
        (Language.English, _) => $"BKT Smart: your account was opened on a new device. Not you? Call {ContactCentre} at once.",
        (_, SecurityAlert.LastTry) =>
            $"BKT Smart: disa prova per hyrje deshtuan. Edhe nje e gabuar bllokon hyrjen. S'jeni ju? Telefononi {ContactCentre}.",
        (_, SecurityAlert.Locked) =>
            $"BKT Smart: hyrja juaj u bllokua pas shume provave te gabuara. Telefononi {ContactCentre} per ta hapur.",
        (_, SecurityAlert.PasswordChanged) => $"BKT Smart: fjalekalimi juaj u ndryshua. S'jeni ju? Telefononi menjehere {ContactCentre}.",
        (_, SecurityAlert.PasswordEnds) =>
            "BKT Smart: fjalekalimi juaj mbaron pas pak ditesh. Ndryshojeni ne aplikacion, te Rreth sigurise.",
        (_, SecurityAlert.PhoneChanged) =>
            $"BKT Smart: kodet shkojne tani ne nje numer tjeter, sic u kerkua ne dege. S'jeni ju? Telefononi menjehere {ContactCentre}.",
        (_, SecurityAlert.RiskEnded) =>
            $"BKT Smart: pagesat behen perseri si zakonisht, sic u kerkua me telefon. S'jeni ju? Telefononi menjehere {ContactCentre}.",
        _ => $"BKT Smart: u hy nga nje pajisje e re. S'jeni ju? Telefononi menjehere {ContactCentre}.",
    };
}
