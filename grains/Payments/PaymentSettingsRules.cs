using BktSmart.Ledger;

namespace BktSmart.Payments;

/// <summary>What a customer may set for payments, and from when on it holds: pure functions.</summary>
internal static class PaymentSettingsRules
{
    /// <summary>Whether a customer may set these limits.</summary>
    public static bool MaySet(PaymentLimits limits, PaymentAmounts amounts) =>
        0 <= limits.PaymentMinor && limits.PaymentMinor <= limits.DayMinor && limits.DayMinor <= limits.MonthMinor
            && limits.MonthMinor <= amounts.LimitCeilingMinor;

    /// <summary>
    /// The limits of now and of later when a customer sets new ones: those that are not above what holds, or held, at once; others after
    /// the delay, and until then the lower of each. What was to hold later is forgotten.
    /// </summary>
    /// <param name="now">Those that hold.</param>
    /// <param name="held">Those that held before the window in which they can be restored.</param>
    /// <param name="firstDay">From when on higher ones hold.</param>
    public static (PaymentLimits Now, NextPaymentLimits? Next) Change(
        PaymentLimits now, PaymentLimits held, PaymentLimits wanted, DateOnly firstDay) =>
        wanted.IsAbove(now) && wanted.IsAbove(held) ? (now.Lowest(wanted), new NextPaymentLimits(wanted, firstDay)) : (wanted, null);

    /// <summary>The first day that begins after the delay.</summary>
    public static DateOnly FirstDay(DateTimeOffset now, TimeSpan delay) =>
        delay == TimeSpan.Zero ? BankTime.DateOf(now) : BankTime.DateOf(now + delay).AddDays(1);
}
