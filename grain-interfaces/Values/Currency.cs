using System.Diagnostics.CodeAnalysis;

namespace BktSmart.Values;

/// <summary>
/// A currency in which the bank keeps accounts, by its ISO 4217 code. All of them have two decimals, so one minor unit is a
/// hundredth. The default value has no code and is not a currency.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Currency")]
public readonly record struct Currency
{
    private Currency(string code) => Code = code;

    /// <summary>The currencies of the bank's public tariff.</summary>
    public static readonly IReadOnlyList<Currency> All =
        [new("ALL"), new("EUR"), new("USD"), new("GBP"), new("CHF"), new("CAD"), new("AUD")];

    /// <summary>The three upper-case letters of ISO 4217.</summary>
    [Id(0)] public string Code { get; }

    public static bool TryParse([NotNullWhen(true)] string? code, out Currency currency)
    {
        currency = All.FirstOrDefault(c => c.Code == code);
        return currency.Code is not null;
    }

    /// <exception cref="FormatException">The code is not one of <see cref="All"/>.</exception>
    public static Currency Parse(string code) =>
        TryParse(code, out var currency) ? currency : throw new FormatException($"'{code}' is not a currency of the bank.");

    public override string ToString() => Code ?? "";
}
