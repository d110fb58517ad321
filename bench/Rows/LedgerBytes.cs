using System.Globalization;
using Npgsql;

namespace BktSmart.Bench.Rows;

/// <summary>
/// What the ledger's tables, all tables of the bank and the write-ahead log took, at one moment; two of them make the bytes of what lies
/// between.
/// </summary>
internal sealed class LedgerBytes
{
    // Those that do not exist (yet) are left out.
    private static readonly string[] Tables = ["bank.transfer", "bank.posting", "bank.batch", "bank.account"];

    /// <summary>Reading the log takes long: this much of it tells the shares of the whole.</summary>
    private const long SampleBytesMax = 48 * 1024 * 1024;

    private long _wal;
    private long _stored;
    private long _storedAll;

    public static async Task<LedgerBytes> TakeAsync(NpgsqlDataSource admin, CancellationToken stop)
    {
        await using var command = admin.CreateCommand("""
            select (pg_current_wal_insert_lsn() - '0/0')::bigint,
                   (select sum(pg_total_relation_size(to_regclass(t)))::bigint from unnest($1) as t),
                   (select sum(pg_total_relation_size(oid))::bigint
                      from pg_class
                     where relnamespace = 'bank'::regnamespace
                       and relkind in ('r', 'm'))
            """);
        command.Parameters.Add(new() { Value = Tables });
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return new LedgerBytes { _wal = reader.GetInt64(0), _stored = reader.GetInt64(1), _storedAll = reader.GetInt64(2) };
    }

    /// <summary>
    /// Bytes a transfer: of the log that the ledger wrote (the value), and beside it of its tables with indexes, and of the log that
    /// everything else wrote; and all that the bank has stored, and logged, once the notifications are delivered.
    /// </summary>
    /// <param name="delivered">When all notifications of these transfers are stored; null where they were not in time.</param>
    /// <param name="transfers">How many were booked between the first two moments, and none after.</param>
    public static async Task<Sample> PerTransferAsync(
        NpgsqlDataSource admin, LedgerBytes before, LedgerBytes after, LedgerBytes? delivered, long transfers, CancellationToken stop)
    {
        var wal = (double)(after._wal - before._wal);
        var (ledger, images) = await SharesAsync(admin, before._wal, Math.Min(after._wal, before._wal + SampleBytesMax), stop);
        return new Sample(wal * ledger / transfers)
        {
            More = new Dictionary<string, double>
            {
                ["storedBytes"] = (double)(after._stored - before._stored) / transfers,
                ["storedBytesDelivered"] = (delivered?._storedAll - before._storedAll) / (double)transfers ?? double.NaN,
                ["walBytesDelivered"] = (delivered?._wal - before._wal) / (double)transfers ?? double.NaN,
                ["walBytesAll"] = wal / transfers,
                ["walBytesOfPageImages"] = wal * images / transfers,
                ["transfers"] = transfers,
            },
        };
    }

    /// <summary>
    /// The shares of the log that belong to the ledger, and of those the images of whole pages after a checkpoint. A record belongs to the
    /// table that it changes; one that changes no table, such as a commit, belongs to the ledger if its transaction wrote to the ledger.
    /// </summary>
    private static async Task<(double Ledger, double Images)> SharesAsync(
        NpgsqlDataSource admin, long from, long to, CancellationToken stop)
    {
        await using (var extension = admin.CreateCommand("create extension if not exists pg_walinspect"))
            await extension.ExecuteNonQueryAsync(stop);
        await using var command = admin.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"""
            with relation as (
                select pg_relation_filenode(c.oid)::text as node
                  from pg_class c
                 where c.oid = any(select to_regclass(t) from unnest($1) as t)
                    or c.oid in (select indexrelid from pg_index where indrelid = any(select to_regclass(t) from unnest($1) as t))),
            record as materialized (
                select xid, record_length::bigint as bytes, fpi_length::bigint as images,
                       substring(block_ref from 'rel [0-9]+/[0-9]+/([0-9]+)') as node
                  from pg_get_wal_records_info('0/0'::pg_lsn + {from}::numeric, '0/0'::pg_lsn + {to}::numeric)),
            booking as (
                select distinct r.xid from record r join relation using (node))
            select sum(bytes) filter (where ours)::float8 / sum(bytes)::float8,
                   coalesce(sum(images) filter (where ours), 0)::float8 / sum(bytes)::float8
              from (select bytes, images, case when r.node is null then r.xid::text <> '0' and b.xid is not null
                  else l.node is not null end as ours
                      from record r left join relation l using (node) left join booking b on b.xid = r.xid) as t
            """));
        command.Parameters.Add(new() { Value = Tables });
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return (reader.GetDouble(0), reader.GetDouble(1));
    }
}
