namespace BktSmart.Ledger;

/// <summary>What the bank has decided for payments in one currency, in minor units.</summary>
public sealed class PaymentAmounts
{
    /// <summary>A payment up to this may go without an FNP; zero for none. RTS 2018/389 art. 16 allows EUR 30.</summary>
    public long LowValueMinor { get; set; }

    /// <summary>The sum of such payments from one account, since one was confirmed. RTS 2018/389 art. 16 allows EUR 100.</summary>
    public long LowValueSumMinor { get; set; }

    /// <summary>With one payment to others, where the customer has set nothing.</summary>
    public long PaymentLimitMinor { get; set; }

    /// <summary>Within a day.</summary>
    public long DayLimitMinor { get; set; }

    /// <summary>Within a month.</summary>
    public long MonthLimitMinor { get; set; }

    /// <summary>The highest that a customer may set a limit to.</summary>
    public long LimitCeilingMinor { get; set; }

    internal PaymentLimits Limits => new(PaymentLimitMinor, DayLimitMinor, MonthLimitMinor);

    internal static PaymentAmounts InMajorUnits(long lowValue, long lowValueSum, long payment, long day, long month, long ceiling) => new()
    {
        LowValueMinor = 100 * lowValue,
        LowValueSumMinor = 100 * lowValueSum,
        PaymentLimitMinor = 100 * payment,
        DayLimitMinor = 100 * day,
        MonthLimitMinor = 100 * month,
        LimitCeilingMinor = 100 * ceiling,
    };
}
