using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BktSmart.Values;

/// <summary>
/// The nine digits that the bank gives a customer with the first account; the first is not zero. The default value is not a customer
/// number.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.CustomerNumber")]
public readonly record struct CustomerNumber
{
    private const int Min = 100_000_000;
    private const int Max = 999_999_999;

    private CustomerNumber(int value) => Value = value;

    /// <summary>From 100,000,000 to 999,999,999.</summary>
    [Id(0)] public int Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out CustomerNumber number)
    {
        var ok = text is { Length: 9 } && text.All(char.IsAsciiDigit) && text[0] != '0';
        number = ok ? new CustomerNumber(int.Parse(text!, CultureInfo.InvariantCulture)) : default;
        return ok;
    }

    /// <exception cref="ArgumentOutOfRangeException">The value does not have nine digits.</exception>
    public static CustomerNumber From(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, Min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Max);
        return new CustomerNumber(value);
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
