using System.ComponentModel.DataAnnotations;

namespace BktSmart.Ledger;

/// <summary>When a payment needs an FNP of its own, and how much may be paid. Section <c>Payments</c>.</summary>
public sealed class PaymentOptions : IValidatableObject
{
    public const string Section = "Payments";

    /// <summary>
    /// Payments of low value from one account that go without an FNP, before one must be confirmed. 0 to 1,000,000,000; RTS 2018/389 art.
    /// 16 allows five.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int LowValueCountMax { get; set; } = 5;

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
                yield return new ValidationResult(
                    $"Of {code}, LowValueMinor must be zero or more, and LowValueSumMinor not less than that.");
            if (!(0 <= amounts.PaymentLimitMinor && amounts.PaymentLimitMinor <= amounts.DayLimitMinor
                && amounts.DayLimitMinor <= amounts.MonthLimitMinor
                && amounts.MonthLimitMinor <= amounts.LimitCeilingMinor))
                yield return new ValidationResult(
                    $"Of {code}, PaymentLimitMinor, DayLimitMinor, MonthLimitMinor and LimitCeilingMinor must go from low to high, from "
                        + "zero.");
        }
    }
}
