using System.Globalization;

namespace BktSmart.Ledger;

// A range of batches by itself, in bounded memory: for those who prove a long stretch part by part.
internal sealed partial class LedgerVerifier
{
    /// <summary>
    /// Proves batches: that each has the transfers that it says and their hash, that it follows from the one before in its chain and is of
    /// the date, and that its legs are what is posted. All of that is booked and does not move, so no snapshot is needed.
    /// </summary>
    /// <param name="afterId">The batch behind which it begins.</param>
    /// <param name="untilId">The last one.</param>
    /// <returns>What is wrong, in words; none where nothing is.</returns>
    public async Task<IReadOnlyList<string>> VerifyBatchesAsync(
        long afterId, long untilId, DateOnly businessDate, CancellationToken cancellationToken)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"batch_id > {afterId} and batch_id <= {untilId}");
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // transfer_batch, leg_pkey
        var furtherLegs = await LedgerStore.ReadFurtherLegsAsync(
            connection, $"where transfer_id in (select transfer_id from bank.transfer where {range})", cancellationToken);
        // A thread of its own that blocks: see CopyReader.
        return await Task.Factory.StartNew(
            Verify, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        IReadOnlyList<string> Verify()
        {
            // transfer_batch, account_pkey
            var accounts = ReadAccounts(
                connection,
                $"""
                 where account_id in (
                       select unnest(array[t.debit_account_id, t.credit_account_id, l.debit_account_id, l.credit_account_id])
                         from (select * from bank.transfer where {range}) t
                         left join bank.leg l on l.transfer_id = t.transfer_id)
                """);
            // batch_pkey
            var batches = ChainedBatch.Read(connection, $"(select * from bank.batch where {range})");
            var walk = new TransferWalk(accounts, batches, furtherLegs);
            var ofTransfers = range.Replace("batch_id", "t.batch_id", StringComparison.Ordinal);
            walk.Read(connection, "0::bigint", "0::bigint", $"where {ofTransfers}", cancellationToken);
            walk.Complete([]);
            // posting_pkey
            var unposted = Find(
                connection, OfLegs.Replace("{legs}", $"(select * from {BookedLegs} all_legs where {range})", StringComparison.Ordinal));
            return
            [
                .. Say(HaveOneCurrency, walk.OfTwoCurrencies.All), .. Say(HaveWhatBelongsToThem, walk.Incomplete.All),
                .. Say(HaveTheirTransfers, walk.Miscounted.All), .. Say(HaveTheirHash, walk.Changed.All),
                .. Say(EveryLegIsTwoPostings, unposted), .. Say(FollowInTheirChain, Find(connection, OutOfChain(range, businessDate))),
            ];
        }

        static IEnumerable<string> Say(string invariant, IEnumerable<string> places) => places.Select(place => $"{invariant}: {place}");
    }

    /// <summary>The ends of the ledger as it is now.</summary>
    public async Task<LedgerHeads> ReadHeadsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReadHeadsAsync(connection, cancellationToken);
    }

    private const string FollowInTheirChain =
        "each batch has the hash over the one before in its chain, and the date that ended";

    // one_place_in_chain, chain_pkey
    private static string OutOfChain(string range, DateOnly businessDate) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        select b.chain || '/' || b.number
          from (select * from bank.batch where {range}) b
          left join bank.chain c on c.chain = b.chain
          left join bank.batch p on p.chain = b.chain and p.number = b.number - 1
         where b.business_date <> date '{businessDate:O}'
            or b.hash is distinct from bank.batch_hash(
                   coalesce(p.hash, case b.number when 1 then c.genesis end), b.chain, b.number, b.booked_at, b.business_date,
                   b.content_hash)
        """);
}
