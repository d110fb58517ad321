namespace BktSmart.Ledger;

/// <summary>What a payment would leave behind it.</summary>
/// <param name="BalanceMinor">Of the debtor.</param>
/// <param name="SpendableMinor">That, less what is held, and the overdraft limit.</param>
/// <param name="PaymentLimitMinor">Of one payment.</param>
/// <param name="DayRestMinor">Of the limit of the day, and no more than that of the month leaves.</param>
/// <param name="LowValueCount">Payments of low value that still go without an FNP.</param>
/// <param name="LowValueRestMinor">Their sum.</param>
internal sealed record PaymentQuote(
    ConfirmationCause Cause, long BalanceMinor, long SpendableMinor, long PaymentLimitMinor, long DayRestMinor, long MonthRestMinor,
    int LowValueCount, long LowValueRestMinor);
