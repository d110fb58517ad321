namespace BktSmart.Ledger;

/// <summary>What a batch writes: accounts with the versions that they must still have, and new transfers.</summary>
/// <param name="Accounts">All accounts of the batch, in the order of their ids.</param>
/// <param name="Day">In Tirana: the day for which its payments were counted.</param>
internal sealed record LedgerWrite(int Chain, IReadOnlyList<LockedAccount> Accounts, IReadOnlyList<RecordedTransfer> Transfers, DateOnly Day)
{
    public DateOnly BusinessDate => Transfers[0].BusinessDate;

    public static LedgerWrite Of(int chain, IReadOnlyList<RecordedTransfer> transfers, Dictionary<long, LockedAccount> accounts, DateOnly day) =>
        new(chain, [.. accounts.Values.OrderBy(account => account.Id)], transfers, day);
}
