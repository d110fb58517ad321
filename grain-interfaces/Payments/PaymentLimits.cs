using BktSmart.Ledger;

namespace BktSmart.Payments;

/// <summary>
/// How much may be paid from an account to others, in minor units of its currency: with one payment, within a day and within a month of Tirana. Each is zero or more, and none is above
/// the next.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.PaymentLimits")]
public readonly record struct PaymentLimits([property: Id(0)] long PaymentMinor, [property: Id(1)] long DayMinor, [property: Id(2)] long MonthMinor)
{
    /// <summary>Whether any of them is above that of others.</summary>
    public bool IsAbove(PaymentLimits other) => PaymentMinor > other.PaymentMinor || DayMinor > other.DayMinor || MonthMinor > other.MonthMinor;

    /// <summary>The lower of each.</summary>
    public PaymentLimits Lowest(PaymentLimits other) =>
        new(Math.Min(PaymentMinor, other.PaymentMinor), Math.Min(DayMinor, other.DayMinor), Math.Min(MonthMinor, other.MonthMinor));
}

/// <summary>Limits that replace those of now.</summary>
/// <param name="From">A day of Tirana, from its beginning.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.NextPaymentLimits")]
public readonly record struct NextPaymentLimits([property: Id(0)] PaymentLimits Limits, [property: Id(1)] DateOnly From);

/// <summary>The limits of an account, and what counts towards them.</summary>
/// <param name="Next">Null when nothing is to change.</param>
/// <param name="CeilingMinor">The highest that a customer may set any of them to.</param>
/// <param name="PaidTodayMinor">To others, in minor units.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.PaymentLimitsStanding")]
public sealed record PaymentLimitsStanding(
    [property: Id(0)] Currency Currency,
    [property: Id(1)] PaymentLimits Limits,
    [property: Id(2)] NextPaymentLimits? Next,
    [property: Id(3)] long CeilingMinor,
    [property: Id(4)] long PaidTodayMinor,
    [property: Id(5)] long PaidThisMonthMinor);
