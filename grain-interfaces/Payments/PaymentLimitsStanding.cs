using BktSmart.Ledger;

namespace BktSmart.Payments;

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
