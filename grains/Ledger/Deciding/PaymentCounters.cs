namespace BktSmart.Ledger;

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
            PaymentApproval.LowValue =>
                counted with { UnconfirmedCount = UnconfirmedCount + 1, UnconfirmedMinor = UnconfirmedMinor + amountMinor },
            _ => counted,
        };
    }
}
