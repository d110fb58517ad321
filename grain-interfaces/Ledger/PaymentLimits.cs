namespace BktSmart.Ledger;

/// <summary>
/// How much may be paid from an account to others, in minor units of its currency: with one payment, within a day and within a month of
/// Tirana. Each is zero or more, and none is above the next.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.PaymentLimits")]
public readonly record struct PaymentLimits(
    [property: Id(0)] long PaymentMinor, [property: Id(1)] long DayMinor, [property: Id(2)] long MonthMinor)
{
    /// <summary>Whether any of them is above that of others.</summary>
    public bool IsAbove(PaymentLimits other) =>
        PaymentMinor > other.PaymentMinor || DayMinor > other.DayMinor || MonthMinor > other.MonthMinor;

    /// <summary>The lower of each.</summary>
    public PaymentLimits Lowest(PaymentLimits other) =>
        new(Math.Min(PaymentMinor, other.PaymentMinor), Math.Min(DayMinor, other.DayMinor), Math.Min(MonthMinor, other.MonthMinor));
}
