using BktSmart.Answers;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Ledger;

/// <summary>A batch that is committed.</summary>
/// <param name="EventQueues">The queues that have new events, as bits.</param>
internal sealed record PostedBatch(IReadOnlyList<Decision> Decisions, int EventQueues);

/// <summary>
/// The SQL of the ledger. A batch is one transaction at read committed: lock the accounts in the order of their ids, then read the ids that are
/// already decided (after the locks, so that what another silo committed meanwhile is seen), decide, write everything, commit.
/// Two silos with the same new id on different accounts meet at the primary key of <c>bank.transfer</c>: one fails, and posts again.
/// </summary>
internal sealed class LedgerStore(NpgsqlDataSource database)
{
    /// <summary>The advisory lock that every batch shares; whoever changes the business date has to take it exclusively.</summary>
    public const long BusinessDateLock = 7_310_020;

    /// <summary>Posts a batch. When it returns, the outcome is durable. When it throws, the outcome is unknown, and posting the same orders again settles it.</summary>
    public async Task<PostedBatch> PostAsync(IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var (accounts, bookedAt, businessDate) = await LockAsync(connection, orders, cancellationToken);
        var recorded = await ReadRecordedAsync(connection, [.. orders.Select(order => order.Id.Value)], cancellationToken);
        var batch = LedgerRules.Decide(accounts, recorded, orders, bookedAt, businessDate);
        if (batch.New.Count > 0)
            await WriteAsync(connection, batch.New, accounts, cancellationToken);

        await transaction.CommitAsync(cancellationToken);
        return new PostedBatch(batch.Decisions, LedgerEventQueues.Of(batch.New, accounts));
    }

    /// <summary>What is recorded under an id, whoever ordered it.</summary>
    public async Task<RecordedTransfer?> FindAsync(TransferId id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = await ReadRecordedAsync(connection, [id.Value], cancellationToken);
        return found.GetValueOrDefault(id);
    }

    private static async Task<(Dictionary<long, LockedAccount> Accounts, DateTimeOffset BookedAt, DateOnly BusinessDate)> LockAsync(
        NpgsqlConnection connection, IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken)
    {
        var ids = orders.SelectMany(order => order.CreditAccountId is { } credit ? new[] { order.DebitAccountId, credit } : [order.DebitAccountId])
            .Distinct().ToArray();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("select pg_advisory_xact_lock_shared($1)") { Parameters = { new() { Value = BusinessDateLock } } },
                // account_pkey; ordered, so that two batches never wait for each other in a circle
                new NpgsqlBatchCommand("""
                    select account_id, currency, customer_number, floor_minor, balance_minor, sequence_number, booked_at
                      from bank.account
                     where account_id = any($1)
                     order by account_id
                       for no key update
                    """) { Parameters = { new() { Value = ids } } },
                // The database's clock, read after the locks: one clock for all silos.
                new NpgsqlBatchCommand("select clock_timestamp(), business_date from bank.business_day"),
            },
        };

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var accounts = new Dictionary<long, LockedAccount>(ids.Length);
        var lastBookedAt = DateTime.MinValue;
        while (await reader.ReadAsync(cancellationToken))
        {
            var account = new LockedAccount(
                reader.GetInt64(0),
                Currency.Parse(reader.GetString(1)),
                await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetInt32(2),
                await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetInt64(3),
                reader.GetInt64(4),
                reader.GetInt64(5));
            accounts.Add(account.Id, account);
            if (reader.GetDateTime(6) is var booked && booked > lastBookedAt)
                lastBookedAt = booked;
        }

        if (accounts.Count != ids.Length)
            throw new InvalidOperationException($"{ids.Length - accounts.Count} accounts of a batch do not exist; accounts are never deleted.");

        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        // A clock that was set back must not make an account's bookings run backwards.
        var now = reader.GetDateTime(0);
        var bookedAt = now > lastBookedAt ? now : lastBookedAt;
        return (accounts, new DateTimeOffset(bookedAt, TimeSpan.Zero), reader.GetFieldValue<DateOnly>(1));
    }

    private static async Task<Dictionary<TransferId, RecordedTransfer>> ReadRecordedAsync(
        NpgsqlConnection connection, Guid[] ids, CancellationToken cancellationToken)
    {
        // transfer_pkey, posting_pkey, account_pkey
        await using var command = new NpgsqlCommand("""
            select t.transfer_id, t.kind, t.debit_account_id, t.credit_account_id, t.amount_minor, a.currency, t.reference, t.staff,
                   t.reason, t.debit_sequence, d.balance_after_minor, t.credit_sequence, c.balance_after_minor, t.booked_at, t.business_date
              from bank.transfer t
              join bank.account a on a.account_id = t.debit_account_id
              left join bank.posting d on d.account_id = t.debit_account_id and d.sequence_number = t.debit_sequence
              left join bank.posting c on c.account_id = t.credit_account_id and c.sequence_number = t.credit_sequence
             where t.transfer_id = any($1)
            """, connection) { Parameters = { new() { Value = ids } } };

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<TransferId, RecordedTransfer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var refused = !await reader.IsDBNullAsync(8, cancellationToken);
            var transfer = new RecordedTransfer(
                new TransferId(reader.GetGuid(0)),
                (TransferKind)reader.GetInt16(1),
                reader.GetInt64(2),
                reader.GetInt64(3),
                new Money(reader.GetInt64(4), Currency.Parse(reader.GetString(5))),
                reader.GetString(6),
                await reader.IsDBNullAsync(7, cancellationToken) ? null : reader.GetString(7),
                refused ? (Reason)reader.GetInt16(8) : null,
                refused ? 0 : reader.GetInt64(9),
                refused ? 0 : reader.GetInt64(10),
                refused ? 0 : reader.GetInt64(11),
                refused ? 0 : reader.GetInt64(12),
                reader.GetFieldValue<DateTimeOffset>(13),
                reader.GetFieldValue<DateOnly>(14));
            found.Add(transfer.Id, transfer);
        }

        return found;
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<RecordedTransfer> transfers, Dictionary<long, LockedAccount> accounts, CancellationToken cancellationToken)
    {
        var bookedAt = transfers[0].BookedAt.UtcDateTime;
        var businessDate = transfers[0].BusinessDate;
        await using var batch = new NpgsqlBatch(connection);

        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            insert into bank.transfer (
                transfer_id, kind, debit_account_id, credit_account_id, amount_minor, reference, staff, reason,
                debit_sequence, credit_sequence, booked_at, business_date)
            select t.*, $11, $12
              from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as t
            """)
        {
            Parameters =
            {
                Array(transfers, t => t.Id.Value),
                Array(transfers, t => (short)t.Kind),
                Array(transfers, t => t.DebitAccountId),
                Array(transfers, t => t.CreditAccountId),
                Array(transfers, t => t.Amount.Minor),
                Array(transfers, t => t.Reference),
                new() { Value = transfers.Select(t => t.Staff).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                Array(transfers, t => (short?)t.Refusal),
                Array(transfers, t => t.Refusal is null ? t.DebitSequence : (long?)null),
                Array(transfers, t => t.Refusal is null ? t.CreditSequence : (long?)null),
                new() { Value = bookedAt },
                new() { Value = businessDate },
            },
        });

        var postings = transfers.Where(t => t.Refusal is null).SelectMany(Postings).ToArray();
        if (postings.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("""
                insert into bank.posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date)
                select p.*, $6, $7
                  from unnest($1, $2, $3, $4, $5) as p
                """)
            {
                Parameters =
                {
                    Array(postings, p => p.AccountId),
                    Array(postings, p => p.SequenceNumber),
                    Array(postings, p => p.TransferId),
                    Array(postings, p => p.AmountMinor),
                    Array(postings, p => p.BalanceAfterMinor),
                    new() { Value = bookedAt },
                    new() { Value = businessDate },
                },
            });

            var touched = postings.Select(p => p.AccountId).Distinct().Select(id => accounts[id]).ToArray();
            batch.BatchCommands.Add(new NpgsqlBatchCommand("""
                update bank.account a
                   set balance_minor = n.balance_minor, sequence_number = n.sequence_number, booked_at = $4
                  from unnest($1, $2, $3) as n (account_id, balance_minor, sequence_number)
                 where a.account_id = n.account_id
                """)
            {
                Parameters = { Array(touched, a => a.Id), Array(touched, a => a.BalanceMinor), Array(touched, a => a.SequenceNumber), new() { Value = bookedAt } },
            });

            var events = postings.Where(p => accounts[p.AccountId].CustomerNumber is not null).ToArray();
            batch.BatchCommands.Add(new NpgsqlBatchCommand("""
                insert into bank.event (queue, customer_number, account_id, sequence_number)
                select e.*
                  from unnest($1, $2, $3, $4) as e
                """)
            {
                Parameters =
                {
                    Array(events, p => LedgerEventQueues.Of(accounts[p.AccountId].CustomerNumber!.Value)),
                    Array(events, p => accounts[p.AccountId].CustomerNumber!.Value),
                    Array(events, p => p.AccountId),
                    Array(events, p => p.SequenceNumber),
                },
            });
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private readonly record struct Posting(long AccountId, long SequenceNumber, Guid TransferId, long AmountMinor, long BalanceAfterMinor);

    private static Posting[] Postings(RecordedTransfer t) =>
    [
        new(t.DebitAccountId, t.DebitSequence, t.Id.Value, -t.Amount.Minor, t.DebitBalanceAfterMinor),
        new(t.CreditAccountId, t.CreditSequence, t.Id.Value, t.Amount.Minor, t.CreditBalanceAfterMinor),
    ];

    private static NpgsqlParameter<TValue[]> Array<TItem, TValue>(IEnumerable<TItem> items, Func<TItem, TValue> value) =>
        new() { TypedValue = items.Select(value).ToArray() };
}
