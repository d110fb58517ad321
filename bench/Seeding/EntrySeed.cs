using Npgsql;

namespace BktSmart.Bench.Seeding;

/// <summary>
/// Books many transfers straight in SQL, so that the ledger is as if they had been made by calls: gap-free sequences, running balances,
/// balances of the accounts, notifications that were read. It knows the tables of the ledger; nothing else in the benchmark that seeds
/// does.
/// </summary>
internal static class EntrySeed
{
    /// <summary>Account 0 is credited by every fifth transfer, and so has a tenth of the entries.</summary>
    public const int BigEvery = 5;

    private const int BatchSize = 500;

    /// <summary>Entries of account 0 after <see cref="BookAsync"/>.</summary>
    public static long OfBigAccount(long entries) => entries / 2 / BigEvery;

    /// <param name="entries">Postings, two a transfer, in a ledger that has none; before them each account gets a deposit.</param>
    /// <param name="fundsMinor">The deposit.</param>
    public static async Task BookAsync(NpgsqlDataSource owner, int accounts, long entries, long fundsMinor, CancellationToken stop)
    {
        // Transfer n: a payer and a payee that walk through the accounts at different steps and never meet; account 0 takes every fifth.
        string[] statements =
        [
            $"""
            create temporary table seed as
            select n, gen_random_uuid() as transfer_id, amount_minor, kind, debit.account_id as debit_account_id,
                   credit.account_id as credit_account_id,
                   (n + {accounts} - 1) / {BatchSize} + 1 as number, transaction_timestamp()
                       + ((n + {accounts} - 1) / {BatchSize} + 1) * interval '1 microsecond' as booked_at
              from (select 1 - n as n, -1 as payer, n - 1 as payee, {fundsMinor}::bigint as amount_minor, 2::smallint as kind
                      from generate_series(1, {accounts}) as n
                     union all
                    select n, 1 + n % ({accounts} - 1) as payer,
                           case when n % {BigEvery} = 0 then 0 else 1 + (n + 1 + n / {accounts} % 100) % ({accounts} - 1) end as payee, 1, 1
                      from generate_series(1, {entries / 2}) as n) as t
              join numbered debit on debit.i = payer
              join numbered credit on credit.i = payee
            """,
            """
            create temporary table entry as
            select account_id, transfer_id, amount_minor, booked_at,
                   row_number() over account as sequence_number,
                   sum(amount_minor) over account as balance_after_minor
              from (select n, debit_account_id as account_id, transfer_id, -amount_minor as amount_minor, booked_at from seed
                    union all
                    select n, credit_account_id, transfer_id, amount_minor, booked_at from seed) as t
            window account as (partition by account_id order by n rows unbounded preceding)
            """,
            """
            insert into bank.posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date)
            select account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date
              from entry, bank.business_day
             order by account_id, sequence_number
            """,
            """
            create temporary table booked as
            select s.*, d.sequence_number as debit_sequence, c.sequence_number as credit_sequence,
                   payer.customer_number = payee.customer_number as own
              from seed s
              join entry d on d.transfer_id = s.transfer_id and d.account_id = s.debit_account_id
              join entry c on c.transfer_id = s.transfer_id and c.account_id = s.credit_account_id
              join bank.account payer on payer.account_id = s.debit_account_id
              join bank.account payee on payee.account_id = s.credit_account_id
            """,
            """
            do $$
            declare
                seed_chain integer := bank.open_chain('seed');
                previous bytea := (select genesis from bank.chain where chain = seed_chain);
                b record;
            begin
                for b in
                    select number, booked_at, business_date, count(*)::integer as transfers, sha256(string_agg(h, '' order by h)) as content
                      from (select number, booked_at, bank.transfer_hash(
                                   transfer_id, kind::smallint, debit_account_id, credit_account_id, amount_minor, debit_sequence,
                                       credit_sequence, null, 'Faleminderit') as h
                              from booked) hashed, bank.business_day
                     group by number, booked_at, business_date
                     order by number
                loop
                    previous := bank.batch_hash(previous, seed_chain, b.number, b.booked_at, b.business_date, b.content);
                    insert into bank.batch (chain, number, booked_at, business_date, transfer_count, content_hash, hash)
                    values (seed_chain, b.number, b.booked_at, b.business_date, b.transfers, b.content, previous);
                end loop;
            end $$
            """,
            """
            insert into bank.transfer (transfer_id, batch_id, kind, debit_account_id, credit_account_id, amount_minor, reference,
                debit_sequence, credit_sequence, approval)
            select s.transfer_id, b.batch_id, s.kind, s.debit_account_id, s.credit_account_id, s.amount_minor, 'Faleminderit',
                   s.debit_sequence, s.credit_sequence, case when s.kind = 1 then case when s.own then 2 else 3 end end
              from booked s
              join bank.batch b on b.number = s.number and b.chain = (select max(chain) from bank.chain)
             order by s.number
            """,
            """
            update bank.account a
               set balance_minor = e.balance_minor, sequence_number = e.sequence_number, booked_at = e.booked_at, version = a.version + 1,
                   paid_on = case when e.paid_minor > 0 then (e.booked_at at time zone 'Europe/Tirane')::date else '-infinity' end,
                   paid_day_minor = e.paid_minor, paid_month_minor = e.paid_minor
              from (select account_id, sum(amount_minor) as balance_minor, max(sequence_number) as sequence_number,
                           max(booked_at) as booked_at, coalesce(max(paid.minor), 0) as paid_minor
                      from entry
                      left join (select debit_account_id as account_id, sum(amount_minor) as minor
                                   from booked where kind = 1 and not own group by debit_account_id) as paid using (account_id)
                     group by account_id) as e
             where e.account_id = a.account_id
            """,
            """
            insert into bank.notification (
                customer_number, number, account_id, sequence_number, category, title, body, created_at, read_at)
            select customer_number, row_number() over (partition by customer_number order by e.account_id, e.sequence_number),
                   e.account_id, e.sequence_number,
                   case when e.amount_minor > 0 then 1 else 2 end, 'BktSmart', 'Faleminderit', transaction_timestamp(),
                       transaction_timestamp()
              from entry e
              join bank.account a on a.account_id = e.account_id and a.customer_number is not null
            """,
            """
            insert into bank.inbox_position (customer_number, source, position)
            select a.customer_number, e.account_id, max(e.sequence_number)
              from entry e
              join bank.account a on a.account_id = e.account_id and a.customer_number is not null
             group by a.customer_number, e.account_id
            on conflict (customer_number, source) do update set position = excluded.position
            """,
        ];

        await using (var connection = await owner.OpenConnectionAsync(stop))
        {
            await using var transaction = await connection.BeginTransactionAsync(stop);
            await ExecuteAsync(connection, "set local work_mem = '512MB'", stop);
            await ExecuteAsync(
                connection,
                "create temporary table numbered as select account_id, row_number() over (order by account_id) - 1 as i from bank.account "
                    + "where customer_number is not null union all select account_id, -1 from bank.account where account_number = "
                    + "'CASH-ALL'", stop);
            foreach (var statement in statements)
                await ExecuteAsync(connection, statement, stop);
            await ExecuteAsync(connection, "drop table seed, entry, booked, numbered", stop);
            await transaction.CommitAsync(stop);
        }

        foreach (var table in (string[])["bank.batch", "bank.transfer", "bank.posting", "bank.account", "bank.notification", "bank.event"])
        {
            await using var vacuum = owner.CreateCommand($"vacuum (analyze) {table}");
            vacuum.CommandTimeout = 0;
            await vacuum.ExecuteNonQueryAsync(stop);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(stop);
    }
}
