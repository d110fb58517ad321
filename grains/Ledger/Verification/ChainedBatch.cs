using Npgsql;

namespace BktSmart.Ledger;

/// <summary>A batch as it is chained.</summary>
/// <param name="Hash">Of its content.</param>
/// <param name="BookedAt">Microseconds since 2000.</param>
/// <param name="Date">Days since 2000.</param>
internal sealed record ChainedBatch(byte[] Hash, int Count, long BookedAt, int Date, short HashVersion)
{
    /// <summary>Whether all its transfers were found and hashed. A batch is completed by one pass at most.</summary>
    public bool Complete { get; set; }

    public static Dictionary<long, ChainedBatch> Read(NpgsqlConnection connection, string batches)
    {
        var read = new Dictionary<long, ChainedBatch>();
        using var rows = new CopyReader(connection, $"""
            select b.batch_id, b.content_hash, b.transfer_count, b.booked_at, b.business_date, c.hash_version
              from {batches} b
              join bank.chain c on c.chain = b.chain
            """);
        while (rows.Read())
            read.Add(rows.ReadBigint(), new ChainedBatch(rows.ReadBytea(), rows.ReadInteger(), rows.ReadBigint(), rows.ReadInteger(), rows.ReadSmallint()));
        return read;
    }
}
