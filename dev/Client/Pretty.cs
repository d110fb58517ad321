using System.Globalization;
using System.Text.RegularExpressions;
using BktSmart.V1;

namespace BktSmart.Dev.Client;

/// <summary>How numbers look to people.</summary>
public static partial class Pretty
{
    /// <summary>12,500.00 ALL</summary>
    public static string Amount(Money money) =>
        string.Create(CultureInfo.InvariantCulture, $"{money.MinorUnits / 100m:N2} {money.CurrencyCode}");

    /// <summary>+355 67 212 3456; other countries as they come.</summary>
    public static string Phone(string? number) => number is null ? "" : AlbanianMobile().Replace(number, "+355 $1 $2 $3");

    /// <summary>AL35 2021 1109 …</summary>
    public static string Iban(string iban) => string.Join(' ', iban.Chunk(4).Select(group => new string(group)));

    /// <summary>Wednesday 2026-12-02</summary>
    public static string Date(DateOnly date) => date.ToString("dddd yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\+355(\d{2})(\d{3})(\d{4})$")]
    private static partial Regex AlbanianMobile();
}
