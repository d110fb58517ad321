using BktSmart.Ledger;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>What was paid from an account, payment by payment: nothing is forgotten, and every sum is made anew.</summary>
/// <param name="before">What counted before the first payment.</param>
internal sealed class ModelPayments(PaymentCounters before = default)
{
    private readonly List<(DateOnly Day, decimal Amount, PaymentApproval Approval)> _paid = [];

    public void Add(DateOnly today, decimal amount, PaymentApproval approval)
    {
        if (approval != PaymentApproval.OwnAccount)
            _paid.Add((Latest(today), amount, approval));
    }

    public decimal OnDay(DateOnly today)
    {
        var day = Latest(today);
        return (before.Day == day ? before.DayMinor : 0) + _paid.Where(payment => payment.Day == day).Sum(payment => payment.Amount);
    }

    public decimal InMonth(DateOnly today)
    {
        var month = FirstOf(Latest(today));
        return (FirstOf(before.Day) == month ? before.MonthMinor : 0)
            + _paid.Where(payment => FirstOf(payment.Day) == month).Sum(payment => payment.Amount);
    }

    /// <summary>Payments of low value since the last one with an FNP.</summary>
    public (int Count, decimal Sum) Unconfirmed()
    {
        var since = _paid.FindLastIndex(payment => payment.Approval == PaymentApproval.Fnp) + 1;
        var low = _paid.Skip(since).Where(payment => payment.Approval == PaymentApproval.LowValue).ToList();
        return since > 0
            ? (low.Count, low.Sum(payment => payment.Amount))
            : (before.UnconfirmedCount + low.Count, before.UnconfirmedMinor + low.Sum(payment => payment.Amount));
    }

    public override string ToString() => $"[{string.Join(' ', _paid)}]";

    /// <summary>A clock that goes back does not bring a day back.</summary>
    private DateOnly Latest(DateOnly today) => _paid.Select(payment => payment.Day).Append(before.Day).Append(today).Max();

    private static DateOnly FirstOf(DateOnly day) => new(day.Year, day.Month, 1);
}
