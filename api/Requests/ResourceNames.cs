using System.Globalization;
using System.Text.RegularExpressions;
using BktSmart.Ledger;

namespace BktSmart.Requests;

/// <summary>
/// The names of the things that the API serves. They are read strictly, in the one form in which they are written: a name is copied by a
/// program and not typed by a person.
/// </summary>
internal static partial class ResourceNames
{
    private const string Customers = "customers/";
    private const string Accounts = "accounts/";
    private const string Transfers = "transfers/";
    private const string Sessions = "sessions/";
    private const string Devices = "devices/";
    private const string SupportCases = "supportCases/";
    private const string TrustedPayees = "trustedPayees/";
    private const string StandingOrders = "standingOrders/";
    private const string Payments = "/payments/";
    private const string Approvals = "approvals/";
    private const string CustomerCorrections = "customerCorrections/";
    private const string CalendarChanges = "calendarChanges/";

    public static string Of(CustomerNumber number) => $"{Customers}{number}";

    public static string Of(Iban iban) => $"{Accounts}{iban.Value}";

    public static string OfTrustedPayee(Iban iban) => $"{TrustedPayees}{iban.Value}";

    /// <param name="number">An IBAN, or the code of one of the bank's own accounts.</param>
    public static string OfLedgerAccount(string number) => $"{Accounts}{number}";

    public static string Of(TransferId id) => $"{Transfers}{id}";

    public static string OfTransaction(Iban account, long sequenceNumber) =>
        string.Create(CultureInfo.InvariantCulture, $"{Of(account)}/transactions/{sequenceNumber}");

    public static string OfNotification(long number) => string.Create(CultureInfo.InvariantCulture, $"notifications/{number}");

    public static string OfSession(Guid id) => $"{Sessions}{id:D}";

    public static string OfDevice(Guid id) => $"{Devices}{id:D}";

    public static string OfSupportCase(long id) => OfNumber(SupportCases, id);

    public static string OfApproval(long id) => OfNumber(Approvals, id);

    public static string OfCustomerCorrection(long id) => OfNumber(CustomerCorrections, id);

    public static string OfCalendarChange(long id) => OfNumber(CalendarChanges, id);

    public static string OfStandingOrder(Guid id) => $"{StandingOrders}{id:D}";

    public static string OfStandingOrderPayment(Guid id, DateOnly dueOn) =>
        string.Create(CultureInfo.InvariantCulture, $"{OfStandingOrder(id)}{Payments}{dueOn:yyyy-MM-dd}");

    public static bool TryReadStandingOrder(string name, out Guid id) => TryReadId(name, StandingOrders, out id);

    public static bool TryReadStandingOrderPayment(string name, out (Guid Id, DateOnly DueOn) payment)
    {
        payment = default;
        return name.Split(Payments) is [var order, var day]
            && TryReadStandingOrder(order, out payment.Id)
            && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out payment.DueOn);
    }

    public static bool TryReadSupportCase(string name, out long id) => TryReadNumber(name, SupportCases, out id);

    public static bool TryReadApproval(string name, out long id) => TryReadNumber(name, Approvals, out id);

    public static bool TryReadCustomerCorrection(string name, out long id) => TryReadNumber(name, CustomerCorrections, out id);

    public static bool TryReadCalendarChange(string name, out long id) => TryReadNumber(name, CalendarChanges, out id);

    public static bool TryReadSession(string name, out Guid id) => TryReadId(name, Sessions, out id);

    public static bool TryReadDevice(string name, out Guid id) => TryReadId(name, Devices, out id);

    public static bool TryReadCustomer(string name, out CustomerNumber number)
    {
        number = default;
        return name.StartsWith(Customers, StringComparison.Ordinal) && CustomerNumber.TryParse(name[Customers.Length..], out number);
    }

    public static bool TryReadAccount(string name, out Iban iban) => TryReadIban(name, Accounts, out iban);

    public static bool TryReadTrustedPayee(string name, out Iban iban) => TryReadIban(name, TrustedPayees, out iban);

    /// <summary>Any account: an IBAN, or a code of the bank, such as <c>FEES-ALL</c>.</summary>
    public static bool TryReadLedgerAccount(string name, out string number)
    {
        number = name.StartsWith(Accounts, StringComparison.Ordinal) ? name[Accounts.Length..] : "";
        return TryReadAccount(name, out _) || LedgerAccountCode().IsMatch(number);
    }

    public static bool TryReadTransfer(string name, out TransferId id)
    {
        id = default;
        return name.StartsWith(Transfers, StringComparison.Ordinal) && TransferId.TryParse(name[Transfers.Length..], out id);
    }

    private static bool TryReadIban(string name, string collection, out Iban iban)
    {
        iban = default;
        return name.StartsWith(collection, StringComparison.Ordinal)
            && Iban.TryParse(name[collection.Length..], out iban)
            && name.AsSpan(collection.Length).SequenceEqual(iban.Value);
    }

    private static string OfNumber(string collection, long id) => string.Create(CultureInfo.InvariantCulture, $"{collection}{id}");

    private static bool TryReadNumber(string name, string collection, out long id)
    {
        id = 0;
        return name.StartsWith(collection, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(collection.Length), NumberStyles.None, CultureInfo.InvariantCulture, out id)
            && name == OfNumber(collection, id);
    }

    private static bool TryReadId(string name, string collection, out Guid id)
    {
        id = default;
        return name.StartsWith(collection, StringComparison.Ordinal)
            && Guid.TryParseExact(name.AsSpan(collection.Length), "D", out id)
            && name.AsSpan(collection.Length).SequenceEqual(id.ToString("D"));
    }

    [GeneratedRegex("^[A-Z]{2,20}-[A-Z]{3}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LedgerAccountCode();
}
