using BktSmart.Answers;
using BktSmart.Customers;
using BktSmart.Ledger;

namespace BktSmart.Payments;

/// <summary>What let a payment through. The numbers are stored.</summary>
internal enum PaymentApproval
{
    /// <summary>An FNP for its amount and payee.</summary>
    Fnp = 1,

    /// <summary>Between two accounts of one customer (RTS 2018/389 art. 15).</summary>
    OwnAccount = 2,

    /// <summary>RTS 2018/389 art. 13.</summary>
    TrustedPayee = 3,

    /// <summary>RTS 2018/389 art. 16.</summary>
    LowValue = 4,
}

/// <summary>What was paid from an account to others.</summary>
/// <param name="Day">Of Tirana; the last on which something was paid.</param>
/// <param name="DayMinor">On that day.</param>
/// <param name="MonthMinor">In its month.</param>
/// <param name="UnconfirmedCount">Payments of low value since the last one that was confirmed with an FNP.</param>
/// <param name="UnconfirmedMinor">Their sum.</param>
internal readonly record struct PaymentCounters(DateOnly Day, long DayMinor, long MonthMinor, int UnconfirmedCount, long UnconfirmedMinor)
{
    /// <summary>As they count on a day. Time does not run backwards: what was counted for a later day still counts.</summary>
    public PaymentCounters On(DateOnly today) =>
        today <= Day ? this
        : today.Year == Day.Year && today.Month == Day.Month ? this with { Day = today, DayMinor = 0 }
        : this with { Day = today, DayMinor = 0, MonthMinor = 0 };

    public PaymentCounters Add(long amountMinor, PaymentApproval approval)
    {
        var counted = this with { DayMinor = DayMinor + amountMinor, MonthMinor = MonthMinor + amountMinor };
        return approval switch
        {
            PaymentApproval.Fnp => counted with { UnconfirmedCount = 0, UnconfirmedMinor = 0 },
            PaymentApproval.LowValue => counted with { UnconfirmedCount = UnconfirmedCount + 1, UnconfirmedMinor = UnconfirmedMinor + amountMinor },
            _ => counted,
        };
    }
}

/// <summary>
/// Which payments go without an FNP, and how much may be paid: pure functions of the debtor's account as it is locked. Between accounts of one customer nothing is asked and nothing counted.
/// </summary>
internal static class PaymentRules
{
    /// <summary>What holds on a day; never above the bank's ceiling, which may have come down since.</summary>
    public static PaymentLimits LimitsOf(AccountState account, DateOnly today, PaymentOptions options)
    {
        var amounts = options.AmountsOf(account.Currency);
        var set = account.NextLimits is { } next && today >= next.From ? next.Limits : account.Limits;
        return set?.Lowest(new PaymentLimits(amounts.LimitCeilingMinor, amounts.LimitCeilingMinor, amounts.LimitCeilingMinor)) ?? amounts.Limits;
    }

    /// <summary>The limit that a payment would break; null for none.</summary>
    public static Reason? ExceededLimit(LockedAccount debit, LockedAccount credit, long amountMinor, DateOnly today, PaymentOptions options)
    {
        if (IsOwn(debit, credit))
            return null;
        var limits = LimitsOf(debit.Before, today, options);
        var paid = debit.Paid.On(today);
        return amountMinor > limits.PaymentMinor ? Reason.PaymentLimitExceeded
            : amountMinor > limits.DayMinor - paid.DayMinor ? Reason.DailyLimitExceeded
            : amountMinor > limits.MonthMinor - paid.MonthMinor ? Reason.MonthlyLimitExceeded
            : null;
    }

    /// <summary>What lets a payment through; null when it needs an FNP.</summary>
    /// <param name="confirmed">Whether an FNP for exactly this payment was given.</param>
    public static PaymentApproval? Approve(LockedAccount debit, LockedAccount credit, long amountMinor, bool confirmed, PaymentOptions options)
    {
        if (IsOwn(debit, credit))
            return PaymentApproval.OwnAccount;
        if (confirmed)
            return PaymentApproval.Fnp;
        if (debit.Before.TrustedPayees.Contains(credit.Id))
            return PaymentApproval.TrustedPayee;
        var amounts = options.AmountsOf(debit.Before.Currency);
        return amountMinor <= amounts.LowValueMinor && debit.Paid.UnconfirmedCount < options.LowValueCountMax && amountMinor <= amounts.LowValueSumMinor - debit.Paid.UnconfirmedMinor
            ? PaymentApproval.LowValue
            : null;
    }

    /// <summary>What counts after a payment that was let through.</summary>
    public static PaymentCounters Count(LockedAccount debit, long amountMinor, PaymentApproval approval, DateOnly today) =>
        approval == PaymentApproval.OwnAccount ? debit.Paid : debit.Paid.On(today).Add(amountMinor, approval);

    /// <summary>Whether a customer may set these limits.</summary>
    public static bool MaySet(PaymentLimits limits, PaymentAmounts amounts) =>
        0 <= limits.PaymentMinor && limits.PaymentMinor <= limits.DayMinor && limits.DayMinor <= limits.MonthMinor && limits.MonthMinor <= amounts.LimitCeilingMinor;

    /// <summary>
    /// The limits of now and of later when a customer sets new ones: those that are not above what holds, or held, at once; others after the delay, and until then the lower of each. What was to
    /// hold later is forgotten.
    /// </summary>
    /// <param name="now">Those that hold.</param>
    /// <param name="held">Those that held before the window in which they can be restored.</param>
    /// <param name="firstDay">From when on higher ones hold.</param>
    public static (PaymentLimits Now, NextPaymentLimits? Next) Change(PaymentLimits now, PaymentLimits held, PaymentLimits wanted, DateOnly firstDay) =>
        wanted.IsAbove(now) && wanted.IsAbove(held) ? (now.Lowest(wanted), new NextPaymentLimits(wanted, firstDay)) : (wanted, null);

    /// <summary>The first day that begins after the delay.</summary>
    public static DateOnly FirstDay(DateTimeOffset now, TimeSpan delay) => delay == TimeSpan.Zero ? BankTime.DateOf(now) : BankTime.DateOf(now + delay).AddDays(1);

    private static bool IsOwn(LockedAccount debit, LockedAccount credit) =>
        debit.Before.CustomerNumber is { } customer && credit.Before.CustomerNumber == customer;
}
