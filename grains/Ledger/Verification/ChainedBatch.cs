using Npgsql;

namespace BktSmart.Ledger;

/// <summary>A batch as it is chained.</summary>
/// <param name="Hash">Of its content.</param>
/// <param name="BookedAt">Microseconds since 2000.</param>
/// <param name="Day">Of the booking time in Tirana; days since 2000.</param>
/// <param name="Date">Days since 2000.</param>
internal sealed record ChainedBatch(byte[] Hash, int Count, long BookedAt, int Day, int Date, short HashVersion)
{
    private int _complete;

    /// <summary>Whether one pass found as many transfers as it has, and compared their hashes.</summary>
    public bool IsComplete => Volatile.Read(ref _complete) != 0;

    /// <summary>True for the first pass that completes it; any further one found transfers that are not of it.</summary>
    public bool TryComplete() => Interlocked.Exchange(ref _complete, 1) == 0;

    public static Dictionary<long, ChainedBatch> Read(NpgsqlConnection connection, string batches)
    {
        var read = new Dictionary<long, ChainedBatch>();
        using var rows = new CopyReader(connection, $"""
            select b.batch_id, b.content_hash, b.transfer_count, b.booked_at, (b.booked_at at time zone 'Europe/Tirane')::date,
                   b.business_date, c.hash_version
              from {batches} b
              join bank.chain c on c.chain = b.chain
            """);
        while (rows.Read())
            read.Add(
                rows.ReadBigint(),
                new ChainedBatch(
                    rows.ReadBytea(), rows.ReadInteger(), rows.ReadBigint(), rows.ReadInteger(), rows.ReadInteger(), rows.ReadSmallint()));
        return read;
    }
}
