namespace BktSmart.Ledger;

/// <summary>
/// Which payments go without an FNP, and how much may be paid: pure functions of the debtor's account as it is locked. Between accounts of
/// one customer nothing is asked and nothing counted.
/// </summary>
internal static class PaymentRules
{
    /// <summary>What holds on a day; never above the bank's ceiling, which may have come down since.</summary>
    public static PaymentLimits LimitsOf(AccountState account, DateOnly today, PaymentOptions options)
    {
        var amounts = options.AmountsOf(account.Currency);
        var set = account.NextLimits is { } next && today >= next.From ? next.Limits : account.Limits;
        return set?.Lowest(new PaymentLimits(amounts.LimitCeilingMinor, amounts.LimitCeilingMinor, amounts.LimitCeilingMinor))
            ?? amounts.Limits;
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
    public static PaymentApproval? Approve(
        LockedAccount debit, LockedAccount credit, long amountMinor, bool confirmed, PaymentOptions options)
    {
        if (IsOwn(debit, credit))
            return PaymentApproval.OwnAccount;
        if (confirmed)
            return PaymentApproval.Fnp;
        if (debit.Before.TrustedPayees.Contains(credit.Id))
            return PaymentApproval.TrustedPayee;
        var amounts = options.AmountsOf(debit.Before.Currency);
        return amountMinor <= amounts.LowValueMinor && debit.Paid.UnconfirmedCount < options.LowValueCountMax
            && amountMinor <= amounts.LowValueSumMinor - debit.Paid.UnconfirmedMinor
            ? PaymentApproval.LowValue
            : null;
    }

    /// <summary>What counts after a payment that was let through.</summary>
    public static PaymentCounters Count(LockedAccount debit, long amountMinor, PaymentApproval approval, DateOnly today) =>
        approval == PaymentApproval.OwnAccount ? debit.Paid : debit.Paid.On(today).Add(amountMinor, approval);

    private static bool IsOwn(LockedAccount debit, LockedAccount credit) =>
        debit.Before.CustomerNumber is { } customer && credit.Before.CustomerNumber == customer;
}
