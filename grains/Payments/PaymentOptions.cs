using System.ComponentModel.DataAnnotations;
using BktSmart.Ledger;

namespace BktSmart.Payments;

/// <summary>When a payment needs an FNP of its own, and how much may be paid. Section <c>Payments</c>.</summary>
public sealed class PaymentOptions : IValidatableObject
{
    public const string Section = "Payments";

    /// <summary>Payments of low value from one account that go without an FNP, before one must be confirmed. 0 to 1,000,000,000; RTS 2018/389 art. 16 allows five.</summary>
    [Range(0, 1_000_000_000)]
    public int LowValueCountMax { get; set; } = 5;

    /// <summary>How long limits that a customer raises do not hold yet: they begin with the first day after that. 0 to 30 d.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan LimitRaiseDelay { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Limits that held this long ago can be restored with an FNP and without the delay: whoever lowers them with a stolen session does not shut the customer out for days. 0 to 30 d.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan LimitRestoreWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Trusted payees of a customer. 0 to 100: they are in each of the customer's rows of <c>bank.account</c>.</summary>
    [Range(0, 100)]
    public int TrustedPayeesMax { get; set; } = 50;

    /// <summary>When the customer reports an FNP, payees that were trusted within this time are so no longer: one of them may be the thief's. 0 to 30 d.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan TrustedPayeeProbation { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Amounts by currency.</summary>
    public Dictionary<string, PaymentAmounts> Amounts { get; } = Currency.All.ToDictionary(
        currency => currency.Code,
        // Low values stay below EUR 30 and 100 where the rate moves by a few per cent.
        currency => currency.Code switch
        {
            "ALL" => PaymentAmounts.InMajorUnits(2_500, 8_000, 500_000, 1_000_000, 5_000_000, 20_000_000),
            "EUR" => PaymentAmounts.InMajorUnits(30, 100, 5_000, 10_000, 50_000, 200_000),
            _ => PaymentAmounts.InMajorUnits(20, 75, 5_000, 10_000, 50_000, 200_000),
        });

    public PaymentAmounts AmountsOf(Currency currency) => Amounts[currency.Code];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (code, amounts) in Amounts)
        {
            if (!Currency.TryParse(code, out _))
                yield return new ValidationResult($"{nameof(Amounts)} has {code}, which is not a currency of the bank.");
            if (!(0 <= amounts.LowValueMinor && amounts.LowValueMinor <= amounts.LowValueSumMinor))
                yield return new ValidationResult($"Of {code}, LowValueMinor must be zero or more, and LowValueSumMinor not less than that.");
            if (!(0 <= amounts.PaymentLimitMinor && amounts.PaymentLimitMinor <= amounts.DayLimitMinor && amounts.DayLimitMinor <= amounts.MonthLimitMinor
                && amounts.MonthLimitMinor <= amounts.LimitCeilingMinor))
                yield return new ValidationResult($"Of {code}, PaymentLimitMinor, DayLimitMinor, MonthLimitMinor and LimitCeilingMinor must go from low to high, from zero.");
        }
    }
}

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
