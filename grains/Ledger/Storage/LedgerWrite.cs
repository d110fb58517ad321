namespace BktSmart.Ledger;

/// <summary>What a batch writes: accounts with the versions that they must still have, and new transfers.</summary>
/// <param name="Accounts">All accounts of the batch, in the order of their ids.</param>
/// <param name="Day">In Tirana: the day of the booking time, for which its payments were counted.</param>
internal sealed record LedgerWrite(
    int Chain, IReadOnlyList<LockedAccount> Accounts, IReadOnlyList<RecordedTransfer> Transfers, DateOnly Day)
{
    public DateOnly BusinessDate => Transfers[0].BusinessDate;

    /// <summary>The earliest of its transfers.</summary>
    public DateTimeOffset LastMoment => Transfers.Min(transfer => transfer.Order.Terms.LastMoment);

    /// <summary>Of the last booking of its accounts.</summary>
    public DateTime NotBefore => Accounts.Max(account => account.Before.BookedAt);

    /// <summary>How far the accounts have moved on: the postings that must be written, without a look at the transfers.</summary>
    public long PostingCount => Accounts.Sum(account => account.SequenceNumber - account.Before.SequenceNumber);

    /// <summary>
    /// Before the write: no money appears or vanishes in any currency. <see cref="LedgerStore"/> asks the same of every transfer that it
    /// reads.
    /// </summary>
    /// <exception cref="InvalidOperationException">A defect: the batch must not be written.</exception>
    public void RequireBalanced()
    {
        foreach (var currency in Accounts.GroupBy(account => account.Before.Currency))
        {
            var moved = currency.Aggregate(Int128.Zero, (sum, account) => sum + account.BalanceMinor - account.Before.BalanceMinor);
            if (moved != 0)
                throw new InvalidOperationException($"A batch would change the sum of all balances in {currency.Key}.");
        }
    }

    public static LedgerWrite Of(
        int chain, IReadOnlyList<RecordedTransfer> transfers, Dictionary<long, LockedAccount> accounts, DateOnly day) =>
        new(chain, [.. accounts.Values.OrderBy(account => account.Id)], transfers, day);
}
