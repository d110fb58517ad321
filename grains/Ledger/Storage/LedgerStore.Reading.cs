using System.Diagnostics;
using Npgsql;

namespace BktSmart.Ledger;

// What is recorded, and accounts as they stand.
internal sealed partial class LedgerStore
{
    /// <summary>For <see cref="ReadAccount"/>.</summary>
    public const string AccountColumns =
        "account_id, currency, customer_number, floor_minor, frozen, closed_at is not null, balance_minor, held_minor, sequence_number, "
        + "version, booked_at, paid_on, paid_day_minor, paid_month_minor, unconfirmed_count, unconfirmed_minor, payment_limits, "
        + "next_payment_limits, next_limits_on, trusted_payees, risk_raised_until";

    /// <summary>
    /// Comes before a call of <c>bank.lock_accounts</c>: a column that a migration added while the call waited for the table would make it
    /// fail, because it began with rows of another width.
    /// </summary>
    public const string KeepColumns = "lock table bank.account in access share mode";

    /// <summary>What is recorded under an id, whoever ordered it.</summary>
    public async Task<RecordedTransfer?> FindAsync(TransferId id, CancellationToken cancellationToken) =>
        (await FindAsync([id], cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyCollection<RecordedTransfer>> FindAsync(
        IReadOnlyCollection<TransferId> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await ReadRecordedAsync(connection, [.. ids.Select(id => id.Value)], cancellationToken)).Values;
    }

    public async Task<IReadOnlyList<HeldAccount>> ListHeldAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select account_id, holder, holder_name from bank.held_accounts($1)");
        command.Parameters.Add(new() { Value = ids.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var held = new List<HeldAccount>();
        while (await reader.ReadAsync(cancellationToken))
            held.Add(new HeldAccount(reader.GetInt64(0), reader.GetFieldValue<uint>(1), reader.GetString(2)));
        return held;
    }

    public async Task<IReadOnlyList<AccountState>> ReadAccountsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        // account_pkey
        await using var command = database.CreateCommand($"select {AccountColumns} from bank.account where account_id = any($1)");
        command.Parameters.Add(new() { Value = ids as long[] ?? [.. ids] });
        return await ReadAccountsAsync(command, cancellationToken);
    }

    /// <summary>Holds whose time is over, oldest first.</summary>
    public async Task<IReadOnlyList<TransferId>> ListExpiredHoldsAsync(int count, CancellationToken cancellationToken)
    {
        // open_hold_by_expiry
        await using var command = database.CreateCommand(
            "select transfer_id from bank.open_hold where expires_at <= clock_timestamp() order by expires_at limit $1");
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<TransferId>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(new TransferId(reader.GetGuid(0)));
        return ids;
    }

    /// <param name="first">Where <see cref="AccountColumns"/> begin.</param>
    /// <param name="seenAt">A timestamp from before the read.</param>
    public static AccountState ReadAccount(NpgsqlDataReader reader, int first, long seenAt) => new(
        reader.GetInt64(first),
        Currency.Parse(reader.GetString(first + 1)),
        reader.IsDBNull(first + 2) ? null : reader.GetInt32(first + 2),
        reader.IsDBNull(first + 3) ? null : reader.GetInt64(first + 3),
        (AccountFreeze)reader.GetInt16(first + 4),
        reader.GetBoolean(first + 5),
        reader.GetInt64(first + 6),
        reader.GetInt64(first + 7),
        reader.GetInt64(first + 8),
        reader.GetInt64(first + 9),
        reader.GetDateTime(first + 10))
    {
        Paid = new PaymentCounters(
            reader.GetFieldValue<DateOnly>(first + 11), reader.GetInt64(first + 12), reader.GetInt64(first + 13),
            reader.GetInt32(first + 14), reader.GetInt64(first + 15)),
        Limits = ReadLimits(reader, first + 16),
        NextLimits = ReadLimits(reader, first + 17) is { } next
            ? new NextPaymentLimits(next, reader.GetFieldValue<DateOnly>(first + 18))
            : null,
        TrustedPayees = reader.IsDBNull(first + 19) ? [] : reader.GetFieldValue<long[]>(first + 19),
        RiskRaisedUntil = reader.IsDBNull(first + 20) ? null : reader.GetFieldValue<DateOnly>(first + 20),
        SeenAt = seenAt,
    };

    private static PaymentLimits? ReadLimits(NpgsqlDataReader reader, int column) =>
        !reader.IsDBNull(column) && reader.GetFieldValue<long[]>(column) is [var payment, var day, var month]
            ? new PaymentLimits(payment, day, month)
            : null;

    private static async Task<IReadOnlyList<AccountState>> ReadAccountsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var seenAt = Stopwatch.GetTimestamp();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAccountsAsync(reader, seenAt, cancellationToken);
    }

    private static async Task<IReadOnlyList<AccountState>> ReadAccountsAsync(
        NpgsqlDataReader reader, long seenAt, CancellationToken cancellationToken)
    {
        var states = new List<AccountState>();
        while (await reader.ReadAsync(cancellationToken))
            states.Add(ReadAccount(reader, 0, seenAt));
        return states;
    }

    private static async Task<LedgerRecord> ReadRecordAsync(
        NpgsqlConnection connection, IReadOnlyList<TransferOrder> orders, DateTime notBefore, CancellationToken cancellationToken)
    {
        var related = orders.Where(order => order.RelatedId is not null).Select(order => order.RelatedId!.Value.Value).Distinct().ToArray();
        var recorded = await ReadRecordedAsync(
            connection, [.. orders.Select(order => order.Id.Value).Concat(related).Distinct()], cancellationToken);

        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                // The database's clock, read after the locks: one clock for all silos. The day is that of the booking time.
                new NpgsqlBatchCommand(
                    "select now_at, business_date, (greatest(now_at, $1) at time zone 'Europe/Tirane')::date "
                    + "from bank.business_day, clock_timestamp() as now_at") { Parameters = { new() { Value = notBefore } } },
                // settled_once, transfer_pkey
                new NpgsqlBatchCommand("""
                    select d.related_id, t.kind
                      from bank.transfer_detail d
                      join bank.transfer t on t.transfer_id = d.transfer_id
                     where d.related_id = any($1)
                       and d.settles
                    """) { Parameters = { new() { Value = related } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (now, businessDate, today) =
            (reader.GetFieldValue<DateTimeOffset>(0), reader.GetFieldValue<DateOnly>(1), reader.GetFieldValue<DateOnly>(2));
        await reader.NextResultAsync(cancellationToken);
        var settled = new Dictionary<TransferId, TransferKind>();
        while (await reader.ReadAsync(cancellationToken))
            settled.Add(new TransferId(reader.GetGuid(0)), (TransferKind)reader.GetInt16(1));
        return new LedgerRecord(recorded, settled, now, businessDate, today);
    }

    private static async Task<Dictionary<TransferId, RecordedTransfer>> ReadRecordedAsync(
        NpgsqlConnection connection, Guid[] ids, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                // Each command sees what is committed when it begins: the transfers come first, so that the legs of all that are found are
                // there as well.
                // transfer_pkey, batch_pkey, account_pkey, posting_pkey, transfer_detail_pkey
                new NpgsqlBatchCommand("""
                    select t.transfer_id, t.kind, t.debit_account_id, t.credit_account_id, t.amount_minor, a.currency,
                           t.debit_sequence, d.balance_after_minor, d.held_after_minor, t.credit_sequence, c.balance_after_minor,
                           c.held_after_minor,
                           t.reference, t.staff, t.reason, b.booked_at, b.business_date,
                           e.related_id, e.expires_at, e.exchange_rate, e.sequence_number, e.balance_after_minor, e.held_after_minor,
                           e.refused_leg, t.approval,
                           d.amount_minor, c.amount_minor, t.originator, e.limit_minor, e.rest_minor
                      from bank.transfer t
                      join bank.batch b on b.batch_id = t.batch_id
                      join bank.account a on a.account_id = t.debit_account_id
                      left join bank.posting d on d.account_id = t.debit_account_id and d.sequence_number = t.debit_sequence
                      left join bank.posting c on c.account_id = t.credit_account_id and c.sequence_number = t.credit_sequence
                      left join bank.transfer_detail e on e.transfer_id = t.transfer_id
                     where t.transfer_id = any($1)
                    """) { Parameters = { new() { Value = ids } } },
                // leg_pkey, account_pkey, posting_pkey
                new NpgsqlBatchCommand("""
                    select l.transfer_id, l.debit_account_id, l.credit_account_id, l.amount_minor, a.currency,
                           l.debit_sequence, d.balance_after_minor, d.held_after_minor, l.credit_sequence, c.balance_after_minor,
                           c.held_after_minor,
                           d.amount_minor, c.amount_minor
                      from bank.leg l
                      join bank.account a on a.account_id = l.debit_account_id
                      left join bank.posting d on d.account_id = l.debit_account_id and d.sequence_number = l.debit_sequence
                      left join bank.posting c on c.account_id = l.credit_account_id and c.sequence_number = l.credit_sequence
                     where l.transfer_id = any($1)
                     order by l.transfer_id, l.number
                    """) { Parameters = { new() { Value = ids } } },
            },
        };

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<TransferId, RecordedTransfer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var transfer = ReadTransfer(reader);
            found.Add(transfer.Id, transfer);
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            // Legs of a transfer that was committed after the first command looked are of no use without it.
            if (!found.TryGetValue(new TransferId(reader.GetGuid(0)), out var transfer))
                continue;
            var leg = new FurtherLeg(
                reader.GetInt64(1), reader.GetInt64(2), new Money(reader.GetInt64(3), Currency.Parse(reader.GetString(4))));
            RequireBothPostings(reader, amount: 3, sequence: 5, postings: 11);
            found[transfer.Id] = transfer with
            {
                Order = transfer.Order with { FurtherLegs = [.. transfer.Order.FurtherLegs, leg] },
                Further = transfer.Refusal is null ? [.. transfer.Further, ReadEffect(reader, 5)] : [],
            };
        }

        return found;
    }

    /// <summary>Further legs in their order, by their transfers.</summary>
    /// <param name="part">A condition; empty for all.</param>
    public static async Task<IReadOnlyDictionary<TransferId, List<(FurtherLeg Leg, LegEffect Effect)>>> ReadFurtherLegsAsync(
        NpgsqlConnection connection, string part, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select transfer_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence from bank.leg "
                + $"{part} order by transfer_id, number", connection)
            { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var legs = new Dictionary<TransferId, List<(FurtherLeg Leg, LegEffect Effect)>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = new TransferId(reader.GetGuid(0));
            if (!legs.TryGetValue(id, out var list))
                legs.Add(id, list = []);
            var leg = new FurtherLeg(reader.GetInt64(1), reader.GetInt64(2), new Money(reader.GetInt64(3), Currency.All[0]));
            list.Add((leg, ReadSequences(reader, 4)));
        }

        return legs;
    }

    private static LegEffect ReadSequences(NpgsqlDataReader reader, int first) =>
        reader.IsDBNull(first) ? default : new LegEffect(reader.GetInt64(first), 0, 0, reader.GetInt64(first + 1), 0, 0);

    /// <summary>A transfer, but for its further legs.</summary>
    private static RecordedTransfer ReadTransfer(NpgsqlDataReader reader)
    {
        var id = new TransferId(reader.GetGuid(0));
        var order = new TransferOrder(
            id,
            (TransferKind)reader.GetInt16(1),
            reader.GetInt64(2),
            reader.GetInt64(3),
            new Money(reader.GetInt64(4), Currency.Parse(reader.GetString(5))),
            reader.GetString(12),
            Originator.Of(
                reader.IsDBNull(27) ? null : (OriginatorKind)reader.GetInt16(27), (TransferKind)reader.GetInt16(1),
                reader.IsDBNull(13) ? null : reader.GetString(13)))
        {
            RelatedId = reader.IsDBNull(17) ? null : new TransferId(reader.GetGuid(17)),
            ExpiresAt = reader.IsDBNull(18) ? null : reader.GetFieldValue<DateTimeOffset>(18),
            ExchangeRate = reader.IsDBNull(19) ? null : reader.GetDecimal(19),
        };
        var refused = !reader.IsDBNull(14);
        RequireBothPostings(reader, amount: 4, sequence: 6, postings: 25);
        return new RecordedTransfer(
            order,
            refused ? (Reason)reader.GetInt16(14) : null,
            reader.IsDBNull(23) ? null : reader.GetInt16(23),
            ReadEffect(reader, 6),
            [],
            reader.IsDBNull(20) ? null : new StandingAfter(reader.GetInt64(20), reader.GetInt64(21), reader.GetInt64(22)),
            reader.GetFieldValue<DateOnly>(16))
        {
            BookedAt = reader.GetFieldValue<DateTimeOffset>(15),
            Approval = reader.IsDBNull(24) ? null : (PaymentApproval)reader.GetInt16(24),
            Exceeded = reader.IsDBNull(28) ? null : new LimitRoom(reader.GetInt64(28), reader.GetInt64(29)),
        };
    }

    /// <summary>
    /// After the read: a leg that posted has both of its postings, and they sum to zero. <see cref="LedgerWrite.RequireBalanced"/> asks
    /// before the write.
    /// </summary>
    /// <param name="amount">Where the leg's amount is, and so on.</param>
    private static void RequireBothPostings(NpgsqlDataReader reader, int amount, int sequence, int postings)
    {
        if (reader.IsDBNull(sequence))
            return;
        var posted = reader.GetInt64(amount);
        if (reader.IsDBNull(postings) || reader.IsDBNull(postings + 1) || reader.GetInt64(postings) != -posted
            || reader.GetInt64(postings + 1) != posted)
            throw new InvalidOperationException(
                "A recorded transfer has other postings than its legs say: the ledger is damaged. Run 'silo verify'.");
    }

    /// <summary>Sequence number, balance and what was held of the debtor, then of the creditor; nothing where nothing was posted.</summary>
    private static LegEffect ReadEffect(NpgsqlDataReader reader, int first) => reader.IsDBNull(first)
        ? default
        : new LegEffect(
            reader.GetInt64(first), reader.GetInt64(first + 1), reader.IsDBNull(first + 2) ? 0 : reader.GetInt64(first + 2),
            reader.GetInt64(first + 3), reader.GetInt64(first + 4), reader.IsDBNull(first + 5) ? 0 : reader.GetInt64(first + 5));
}
