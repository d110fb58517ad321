namespace BktSmart.Dev.Bank;

/// <summary>
/// Settings of silos under which no payment needs an FNP and none meets a limit: for load, and for tests that are about something else.
/// </summary>
public static class FreePayments
{
    private static readonly string[] Currencies = ["ALL", "EUR", "USD", "GBP", "CHF", "CAD", "AUD"];

    // The largest transfer, and sums of so many that none gets there.
    private static readonly (string Name, string Minor)[] Amounts =
    [
        ("LowValueMinor", "1000000000000000"), ("PaymentLimitMinor", "1000000000000000"),
        ("LowValueSumMinor", "4000000000000000000"), ("DayLimitMinor", "4000000000000000000"), ("MonthLimitMinor", "4000000000000000000"),
        ("LimitCeilingMinor", "4000000000000000000"),
    ];

    /// <summary>As environment variables.</summary>
    public static Dictionary<string, string> Settings() => new(
        from currency in Currencies from amount in Amounts select KeyValuePair.Create(
            $"Payments__Amounts__{currency}__{amount.Name}", amount.Minor))
    {
        ["Payments__LowValueCountMax"] = "1000000000",
    };
}
