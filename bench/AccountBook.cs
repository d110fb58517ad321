using System.Globalization;

namespace BktSmart.Bench;

/// <summary>
/// The accounts of the benchmark, by their number from 0 on: IBAN and owner follow from it, so that every process knows them without
/// asking.
/// </summary>
internal static class AccountBook
{
    public const int PerCustomer = 50;
    public const long FundsMinor = 1_000_000_000;
    public const string Currency = "ALL";

    /// <summary>Far above the numbers that a branch gives.</summary>
    public const int FirstCustomer = 200_000_000;

    private const string Bank = "205";
    private const string Branch = "1100";

    public static string Iban(int account) =>
        Values.Iban.Albanian(Bank, Branch, account.ToString("D16", CultureInfo.InvariantCulture)).Value;

    public static string Name(string iban) => "accounts/" + iban;

    public static int Customer(int account) => FirstCustomer + account / PerCustomer;

    /// <param name="customer">From 0 on.</param>
    public static string Phone(int customer) => "+35569" + customer.ToString("D7", CultureInfo.InvariantCulture);

    public static int Customers(int accounts) => (accounts + PerCustomer - 1) / PerCustomer;
}
