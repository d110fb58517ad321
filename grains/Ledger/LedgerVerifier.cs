using System.Data;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>What a walk over the whole ledger found.</summary>
/// <param name="Violations">One line each: the invariant, and where; at most <see cref="LedgerVerifier.ViolationsPerInvariantMax"/> of an invariant.</param>
internal sealed record VerificationReport(long Transfers, long Postings, long Accounts, IReadOnlyList<string> Violations);

/// <summary>Proves the ledger's invariants from the rows alone, at one point in time, without the code that wrote them.</summary>
internal sealed class LedgerVerifier(NpgsqlDataSource database)
{
    public const int ViolationsPerInvariantMax = 20;

    /// <summary>Each query gives the places where its invariant does not hold.</summary>
    private static readonly (string Invariant, string Query)[] Invariants =
    [
        ("the postings of a booked transfer are its debit and its credit, of one amount and one currency", """
            select t.transfer_id::text
              from bank.transfer t
              left join bank.posting d on d.account_id = t.debit_account_id and d.sequence_number = t.debit_sequence
              left join bank.posting c on c.account_id = t.credit_account_id and c.sequence_number = t.credit_sequence
              left join bank.account da on da.account_id = t.debit_account_id
              left join bank.account ca on ca.account_id = t.credit_account_id
             where t.reason is null
               and (d.transfer_id, d.amount_minor, d.booked_at, d.business_date, c.transfer_id, c.amount_minor, c.booked_at, c.business_date, da.currency)
                   is distinct from
                   (t.transfer_id, -t.amount_minor, t.booked_at, t.business_date, t.transfer_id, t.amount_minor, t.booked_at, t.business_date, ca.currency)
            """),
        ("a posting belongs to a booked transfer, and a transfer has two", """
            select p.transfer_id::text
              from bank.posting p
              left join bank.transfer t on t.transfer_id = p.transfer_id and t.reason is null
             group by p.transfer_id
            having count(*) <> 2 or count(t.transfer_id) <> 2 or sum(p.amount_minor) <> 0
            """),
        ("sequence numbers have no gap, and each balance follows from the one before", """
            select account_id || '/' || sequence_number
              from (select account_id, sequence_number, amount_minor, balance_after_minor, booked_at, business_date,
                           lag(sequence_number, 1, 0) over account as last_sequence,
                           lag(balance_after_minor, 1, 0) over account as last_balance,
                           lag(booked_at, 1, booked_at) over account as last_booked_at,
                           lag(business_date, 1, business_date) over account as last_business_date
                      from bank.posting
                    window account as (partition by account_id order by sequence_number)) p
             where sequence_number <> last_sequence + 1
                or balance_after_minor <> last_balance + amount_minor
                or booked_at < last_booked_at
                or business_date < last_business_date
            """),
        ("the balance of an account is that of its last posting", """
            select a.account_id::text
              from bank.account a
              left join lateral (
                   select sequence_number, balance_after_minor
                     from bank.posting p
                    where p.account_id = a.account_id
                    order by sequence_number desc
                    limit 1) last on true
             where (a.sequence_number, a.balance_minor) <> (coalesce(last.sequence_number, 0), coalesce(last.balance_after_minor, 0))
            """),
        ("no balance was ever below the floor", """
            select p.account_id || '/' || p.sequence_number
              from bank.posting p
              join bank.account a on a.account_id = p.account_id
             where p.balance_after_minor < a.floor_minor
            """),
        ("the balances of a currency sum to zero", """
            select currency from bank.account group by currency having sum(balance_minor) <> 0
            """),
        ("every posting on a customer's account was notified or waits for delivery, and nothing else was", """
            select coalesce(p.account_id, n.account_id) || '/' || coalesce(p.sequence_number, n.sequence_number)
              from (select p.account_id, p.sequence_number, a.customer_number
                      from bank.posting p
                      join bank.account a on a.account_id = p.account_id and a.customer_number is not null) p
              full join bank.notification n
                on n.account_id = p.account_id and n.sequence_number = p.sequence_number and n.customer_number = p.customer_number
             where p.account_id is null
                or (n.account_id is null and not exists (
                       select from bank.event e where e.account_id = p.account_id and e.sequence_number = p.sequence_number))
            """),
        ("notifications of a customer are numbered without a gap", """
            select customer_number::text
              from bank.notification
             group by customer_number
            having max(number) <> count(*)
            """),
    ];

    public async Task<VerificationReport> VerifyAsync(CancellationToken cancellationToken)
    {
        // One snapshot for all of it: the ledger goes on meanwhile.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

        var violations = new List<string>();
        foreach (var (invariant, query) in Invariants)
        {
            await using var command = new NpgsqlCommand($"{query} limit {ViolationsPerInvariantMax}", connection) { CommandTimeout = 0 };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                violations.Add($"violated: {invariant}: {reader.GetString(0)}");
        }

        return new VerificationReport(
            await CountAsync(connection, "bank.transfer", cancellationToken),
            await CountAsync(connection, "bank.posting", cancellationToken),
            await CountAsync(connection, "bank.account", cancellationToken),
            violations);
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select count(*) from {table}", connection) { CommandTimeout = 0 };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
