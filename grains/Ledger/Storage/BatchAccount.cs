namespace BktSmart.Ledger;

/// <summary><c>bank.batch_account</c>: an account as a batch leaves it, with the version that it must have before.</summary>
/// <param name="EventCustomerNumber">Whom an event tells that the account has moved; null for nobody.</param>
internal readonly record struct BatchAccount(
    long AccountId, long Version, long BalanceMinor, long SequenceNumber, long HeldMinor,
    DateOnly PaidOn, long PaidDayMinor, long PaidMonthMinor, int UnconfirmedCount, long UnconfirmedMinor, int? EventCustomerNumber)
{
    public static BatchAccount Of(LockedAccount account) => new(
        account.Id, account.Before.Version, account.BalanceMinor, account.SequenceNumber, account.HeldMinor,
        account.Paid.Day, account.Paid.DayMinor, account.Paid.MonthMinor, account.Paid.UnconfirmedCount, account.Paid.UnconfirmedMinor,
        account.SequenceNumber > account.Before.SequenceNumber ? account.Before.CustomerNumber : null);
}
