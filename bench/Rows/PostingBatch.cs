using System.Diagnostics;
using BktSmart.Bench.Stage;
using Npgsql;

namespace BktSmart.Bench.Rows;

/// <summary>
/// The posting batch straight from SQL, without silo, API or client: what PostgreSQL leaves of the rate. One connection posts batch after batch of transfers between
/// random accounts, with the statements that the silo's writer sends. It knows the tables of the ledger; what it books is sound.
/// </summary>
internal static class PostingBatch
{
    private const int BatchSize = 500;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Transfers a second.</summary>
    public static async Task<double> RateAsync(BenchBank bank, TimeSpan duration, CancellationToken stop)
    {
        // A connection of its own, so that what it prepares is gone with it.
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(bank.OwnerConnectionString) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 1 }.ConnectionString);
        await using var connection = await database.OpenConnectionAsync(stop);
        var (first, last) = await bank.AccountIdsAsync(stop);
        var half = (last - first + 1) / 2;
        var random = new Random(1);
        Transfer NewTransfer() => new(Guid.CreateVersion7(), first + random.NextInt64(half), first + half + random.NextInt64(half));

        await PostAsync(connection, NewTransfer, WarmUp, stop);
        var watch = Stopwatch.StartNew();
        var posted = await PostAsync(connection, NewTransfer, duration, stop);
        return posted / watch.Elapsed.TotalSeconds;
    }

    private static async Task<long> PostAsync(NpgsqlConnection connection, Func<Transfer> newTransfer, TimeSpan duration, CancellationToken stop)
    {
        var posted = 0L;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration; posted += BatchSize)
            await PostAsync(connection, [.. Enumerable.Range(0, BatchSize).Select(_ => newTransfer())], stop);
        return posted;
    }

    private static async Task PostAsync(NpgsqlConnection connection, Transfer[] transfers, CancellationToken stop)
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);

        var accounts = new Dictionary<long, (int Customer, long Balance, long Sequence)>();
        var bookedAt = DateTime.MinValue;
        await using (var read = new NpgsqlCommand("""
            select account_id, currency, customer_number, floor_minor, balance_minor, sequence_number, greatest(booked_at, clock_timestamp())
              from bank.account
             where account_id = any($1)
             order by account_id
               for no key update
            """, connection) { Parameters = { Array(transfers.SelectMany(t => (long[])[t.Debit, t.Credit]).Distinct()) } })
        {
            await using var reader = await read.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
            {
                accounts.Add(reader.GetInt64(0), (reader.GetInt32(2), reader.GetInt64(4), reader.GetInt64(5)));
                if (reader.GetDateTime(6) is var earliest && earliest > bookedAt)
                    bookedAt = earliest;
            }
        }

        await using (var known = new NpgsqlCommand("select transfer_id from bank.transfer where transfer_id = any($1)", connection) { Parameters = { Array(transfers.Select(t => t.Id)) } })
            await known.ExecuteNonQueryAsync(stop);

        var postings = transfers.SelectMany(t => ((long Account, long Amount, Guid Transfer)[])[(t.Debit, -1, t.Id), (t.Credit, 1, t.Id)]).Select(p =>
        {
            var (customer, balance, sequence) = accounts[p.Account];
            accounts[p.Account] = (customer, balance + p.Amount, sequence + 1);
            return (p.Account, p.Amount, p.Transfer, Customer: customer, Balance: balance + p.Amount, Sequence: sequence + 1);
        }).ToArray();
        var touched = accounts.ToArray();
        await using (var write = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("""
                    insert into bank.transfer (
                        transfer_id, kind, debit_account_id, credit_account_id, amount_minor, reference, debit_sequence, credit_sequence, booked_at, business_date)
                    select t.transfer_id, 1, t.debit, t.credit, 1, 'Faleminderit', t.debit_sequence, t.credit_sequence, $6, business_date
                      from unnest($1, $2, $3, $4, $5) as t (transfer_id, debit, credit, debit_sequence, credit_sequence), bank.business_day
                    """)
                {
                    Parameters =
                    {
                        Array(transfers.Select(t => t.Id)), Array(transfers.Select(t => t.Debit)), Array(transfers.Select(t => t.Credit)),
                        Array(postings.Where(p => p.Amount < 0).Select(p => p.Sequence)), Array(postings.Where(p => p.Amount > 0).Select(p => p.Sequence)),
                        new() { Value = bookedAt },
                    },
                },
                new NpgsqlBatchCommand("""
                    insert into bank.posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date)
                    select p.*, $6, business_date
                      from unnest($1, $2, $3, $4, $5) as p, bank.business_day
                    """)
                {
                    Parameters =
                    {
                        Array(postings.Select(p => p.Account)), Array(postings.Select(p => p.Sequence)), Array(postings.Select(p => p.Transfer)),
                        Array(postings.Select(p => p.Amount)), Array(postings.Select(p => p.Balance)), new() { Value = bookedAt },
                    },
                },
                new NpgsqlBatchCommand("""
                    update bank.account a
                       set balance_minor = n.balance_minor, sequence_number = n.sequence_number, booked_at = $4
                      from unnest($1, $2, $3) as n (account_id, balance_minor, sequence_number)
                     where a.account_id = n.account_id
                    """)
                {
                    Parameters =
                    {
                        Array(touched.Select(a => a.Key)), Array(touched.Select(a => a.Value.Balance)), Array(touched.Select(a => a.Value.Sequence)), new() { Value = bookedAt },
                    },
                },
                new NpgsqlBatchCommand("""
                    insert into bank.event (queue, customer_number, account_id, sequence_number)
                    select e.customer % 8, e.*
                      from unnest($1, $2, $3) as e (customer, account_id, sequence_number)
                    """)
                {
                    Parameters = { Array(postings.Select(p => p.Customer)), Array(postings.Select(p => p.Account)), Array(postings.Select(p => p.Sequence)) },
                },
            },
        })
            await write.ExecuteNonQueryAsync(stop);
        await transaction.CommitAsync(stop);
    }

    private static NpgsqlParameter<T[]> Array<T>(IEnumerable<T> values) => new() { TypedValue = [.. values] };

    private readonly record struct Transfer(Guid Id, long Debit, long Credit);
}
