using System.Globalization;

namespace BktSmart.Values;

/// <summary>
/// An amount in minor units (hundredths) of one currency; negative for a debit. Never floating point; arithmetic on
/// <see cref="Minor"/> is checked throughout the build and overflows loudly.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Money")]
public readonly record struct Money([property: Id(0)] long Minor, [property: Id(1)] Currency Currency)
{
    /// <summary>
    /// The largest amount of one transfer, in minor units: ten trillion major units. Far above any payment, and low enough that
    /// a balance needs nine thousand of them to overflow.
    /// </summary>
    public const long MaxTransferMinor = 1_000_000_000_000_000;

    /// <summary>The amount with two decimals, a point, and the code: <c>1234.50 ALL</c>.</summary>
    public override string ToString()
    {
        var whole = Math.Abs((decimal)Minor) / 100m;
        return string.Create(CultureInfo.InvariantCulture, $"{(Minor < 0 ? "-" : "")}{whole:0.00} {Currency}");
    }
}
