namespace BktSmart.Ledger;

/// <summary>
/// Which orders of customers go without an FNP, and how much they may take from an account: pure functions of accounts as they are locked.
/// Between accounts of one customer nothing is counted, and nothing asked unless the risk is raised. A standing order was confirmed when it
/// was given, also where the risk is raised now: a report pauses those that are new.
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

    /// <summary>
    /// The limit that an order would break by what it takes from an account to others, and how much it could have taken; null for none.
    /// </summary>
    /// <param name="spentMinor">By all legs of the order.</param>
    public static (Reason Reason, LimitRoom Room)? ExceededLimit(
        LockedAccount debit, long spentMinor, DateOnly today, PaymentOptions options)
    {
        var limits = LimitsOf(debit.Before, today, options);
        var paid = debit.Paid.On(today);
        // Both may be below zero: a limit may have been lowered below what is paid. What a month leaves bounds what a day does.
        var ofMonth = limits.MonthMinor - paid.MonthMinor;
        var ofDay = Math.Min(limits.DayMinor - paid.DayMinor, ofMonth);
        if (spentMinor > limits.PaymentMinor)
            return (Reason.PaymentLimitExceeded, Room(limits.PaymentMinor, Math.Min(limits.PaymentMinor, ofDay)));
        if (spentMinor > limits.DayMinor - paid.DayMinor)
            return (Reason.DailyLimitExceeded, Room(limits.DayMinor, ofDay));
        return spentMinor > ofMonth ? (Reason.MonthlyLimitExceeded, Room(limits.MonthMinor, ofMonth)) : null;

        static LimitRoom Room(long limitMinor, long restMinor) => new(limitMinor, Math.Max(restMinor, 0));
    }

    /// <summary>What lets an order of a customer through; null when it needs an FNP.</summary>
    /// <param name="legs">All of the order.</param>
    /// <param name="spent">What they take from each account to others.</param>
    public static PaymentApproval? Approve(
        LedgerView view, TransferOrder order, FurtherLeg[] legs, IReadOnlyDictionary<LockedAccount, long> spent)
    {
        var inAdvance = order.Originator.Kind == OriginatorKind.StandingOrder;
        if (!order.Confirmed && !inAdvance && legs.Any(leg => view.Today < view.Accounts[leg.DebitAccountId].Before.RiskRaisedUntil))
            return null;
        if (spent.Count == 0)
            return PaymentApproval.OwnAccount;
        if (order.Confirmed)
            return PaymentApproval.Fnp;
        if (inAdvance)
            return PaymentApproval.StandingOrder;
        var hasPayee = false;
        var trustsAll = true;
        foreach (var leg in legs)
        {
            var (debit, credit) = (view.Accounts[leg.DebitAccountId], view.Accounts[leg.CreditAccountId]);
            // What goes to the bank beside a payment is its fee.
            if (IsOwn(debit, credit) || credit.Before.CustomerNumber is null)
                continue;
            hasPayee = true;
            trustsAll &= debit.Before.TrustedPayees.Contains(credit.Id);
        }

        if (hasPayee && trustsAll)
            return PaymentApproval.TrustedPayee;
        return spent.All(debit => IsOfLowValue(debit.Key, debit.Value, view.Payments)) ? PaymentApproval.LowValue : null;
    }

    /// <summary>What a payment would leave, and whether it would need an FNP; or why it would be refused even with one.</summary>
    public static Result<PaymentQuote> Quote(LedgerView view, TransferOrder payment)
    {
        var debit = view.Accounts[payment.DebitAccountId];
        var decision = Decide(payment with { Confirmed = false });
        var approval = decision.Recorded?.Approval;
        var cause = approval switch
        {
            PaymentApproval.OwnAccount => ConfirmationCause.OwnAccount,
            PaymentApproval.TrustedPayee => ConfirmationCause.TrustedPayee,
            PaymentApproval.LowValue => ConfirmationCause.LowValue,
            _ => WhyConfirm(debit, payment.Amount.Minor, view),
        };
        if (decision.Refusal?.Reason == Reason.ConfirmationRequired)
            decision = Decide(payment with { Confirmed = true });
        if (decision.Refusal is { } refusal)
            return refusal;

        var (limits, paid) = (LimitsOf(debit.Before, view.Today, view.Payments), debit.Paid.On(view.Today));
        var amounts = view.Payments.AmountsOf(payment.Amount.Currency);
        var ofMonth = Math.Max(limits.MonthMinor - paid.MonthMinor, 0);
        return new PaymentQuote(
            cause,
            debit.BalanceMinor,
            (long)(debit.AvailableMinor - (debit.Before.FloorMinor ?? 0)),
            limits.PaymentMinor,
            Math.Min(Math.Max(limits.DayMinor - paid.DayMinor, 0), ofMonth),
            ofMonth,
            Math.Max(view.Payments.LowValueCountMax - paid.UnconfirmedCount, 0),
            Math.Max(amounts.LowValueSumMinor - paid.UnconfirmedMinor, 0));

        Decision Decide(TransferOrder order) => LedgerRules.Decide(view, [order]).Decisions[0];
    }

    /// <summary>What counts after an order that was let through.</summary>
    public static PaymentCounters Count(LockedAccount debit, long spentMinor, PaymentApproval approval, DateOnly today) =>
        approval == PaymentApproval.OwnAccount ? debit.Paid : debit.Paid.On(today).Add(spentMinor, approval);

    /// <summary>Between two accounts of one customer.</summary>
    public static bool IsOwn(LockedAccount debit, LockedAccount credit) =>
        debit.Before.CustomerNumber is { } customer && credit.Before.CustomerNumber == customer;

    /// <summary>Why a payment to others that no exemption lets through needs an FNP.</summary>
    private static ConfirmationCause WhyConfirm(LockedAccount debit, long spentMinor, LedgerView view) =>
        view.Today < debit.Before.RiskRaisedUntil ? ConfirmationCause.RiskRaised
        : spentMinor > view.Payments.AmountsOf(debit.Before.Currency).LowValueMinor ? ConfirmationCause.AboveLowValue
        : debit.Paid.UnconfirmedCount >= view.Payments.LowValueCountMax ? ConfirmationCause.LowValueCountUsed
        : ConfirmationCause.LowValueSumUsed;

    private static bool IsOfLowValue(LockedAccount debit, long spentMinor, PaymentOptions options)
    {
        var amounts = options.AmountsOf(debit.Before.Currency);
        return spentMinor <= amounts.LowValueMinor && debit.Paid.UnconfirmedCount < options.LowValueCountMax
            && spentMinor <= amounts.LowValueSumMinor - debit.Paid.UnconfirmedMinor;
    }
}
