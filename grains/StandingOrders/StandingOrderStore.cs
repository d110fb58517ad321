using BktSmart.Audit;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Keys;
using BktSmart.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.StandingOrders;

/// <summary>The SQL of standing orders.</summary>
internal sealed class StandingOrderStore(NpgsqlDataSource database, BankKeys keys, [BankClock] TimeProvider time)
{
    private const string OrderColumns = """
        o.order_id, d.account_number, c.account_number, o.amount_minor, d.currency, o.reference, o.frequency, o.first_date, o.end_date,
        o.payments_max, o.day_rule, o.state, o.pause_cause, o.next_due_on, o.payments_made, o.created_at, o.customer_number, o.version,
        o.next_place, o.calendar_version
        """;

    private const string PaymentColumns = """
        p.order_id, p.due_on, d.account_number, c.account_number, p.amount_minor, d.currency, p.reference, p.state, p.reason,
        p.transfer_id, p.attempt, p.retry_id, p.given_up
        """;

    private const string DueColumns = """
        p.order_id, p.due_on, p.attempt, p.transfer_id, p.debit_account_id, p.credit_account_id, p.amount_minor, d.currency,
        p.reference, c.account_number, p.confirmed, p.given_up
        """;

    private const string DueJoins = """
        join bank.account d on d.account_id = p.debit_account_id
        join bank.account c on c.account_id = p.credit_account_id
        """;

    /// <summary>Adds an order that was confirmed in a session; one that is there already stays as it is.</summary>
    /// <returns>Why it is not added; null where it is.</returns>
    public async Task<Reason?> AddAsync(
        CustomerNumber customer, Guid session, StandingOrderCommand order, long debitId, long creditId, NextDate next,
        long calendarVersion, int ordersMax, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "select bank.add_standing_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            [
                order.Id, customer.Value, session, debitId, creditId, order.Amount.Minor, order.Reference, (short)order.Schedule.Frequency,
                order.Schedule.FirstDate,
            ]);
        command.Parameters.Add(Nullable(order.Schedule.EndDate, NpgsqlDbType.Date));
        command.Parameters.Add(Nullable(order.Schedule.PaymentsMax, NpgsqlDbType.Integer));
        command.Parameters.Add(new() { Value = (short)order.Schedule.DayRule });
        command.Parameters.Add(new() { Value = next.Place });
        command.Parameters.Add(Nullable(next.DueOn, NpgsqlDbType.Date));
        command.Parameters.Add(new() { Value = calendarVersion });
        command.Parameters.Add(new() { Value = ordersMax });
        var added = await InSessionAsync(command, cancellationToken);
        return added.Refusal?.Reason ?? (added.Value ? null : Reason.TooManyStandingOrders);
    }

    /// <summary>An order, whoever gave it.</summary>
    public async Task<StandingOrderRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        // standing_order_pkey
        await using var command = Orders("where o.order_id = $1", id);
        return (await ReadOrdersAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>An order as it was given, and by whom.</summary>
    public async Task<(CustomerNumber Customer, StandingOrderCommand Command)?> FindGivenAsync(Guid id, CancellationToken cancellationToken)
    {
        // standing_order_pkey, standing_order_change_pkey
        await using var command = Command("""
            select o.customer_number, d.account_number, c.account_number, g.amount_minor, d.currency, g.reference, o.frequency,
                   o.first_date, g.end_date, g.payments_max, o.day_rule
              from bank.standing_order o
              join bank.standing_order_change g on g.order_id = o.order_id and g.version = 1
              join bank.account d on d.account_id = o.debit_account_id
              join bank.account c on c.account_id = o.credit_account_id
             where o.order_id = $1
            """, [id]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (CustomerNumber.From(reader.GetInt32(0)), new StandingOrderCommand(
                id, Iban.Parse(reader.GetString(1)), Iban.Parse(reader.GetString(2)),
                new Money(reader.GetInt64(3), Currency.Parse(reader.GetString(4))), reader.GetString(5), ReadSchedule(reader, 6)))
            : null;
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<StandingOrderRow>> ListAsync(CustomerNumber customer, CancellationToken cancellationToken)
    {
        // standing_order_of_customer
        await using var command = Orders("where o.customer_number = $1 order by o.created_at desc, o.order_id", customer.Value);
        return await ReadOrdersAsync(command, cancellationToken);
    }

    /// <summary>Active ones that are due up to a day, and by the clock of the database, whatever this silo thinks.</summary>
    public async Task<IReadOnlyList<StandingOrderRow>> ListDueAsync(DateOnly day, int count, CancellationToken cancellationToken)
    {
        // standing_order_due
        await using var command = Orders(
            "where o.next_due_on <= least($1, ((clock_timestamp() + $3) at time zone 'Europe/Tirane')::date) "
            + "order by o.next_due_on, o.order_id limit $2",
            day, count, DevelopmentClock.AheadIn(time));
        return await ReadOrdersAsync(command, cancellationToken);
    }

    /// <summary>Active ones whose date was reckoned with an older calendar.</summary>
    public async Task<IReadOnlyList<StandingOrderRow>> ListOutdatedAsync(
        long calendarVersion, int count, CancellationToken cancellationToken)
    {
        // standing_order_reckoned
        await using var command = Orders(
            "where o.state = 1 and o.calendar_version < $1 order by o.calendar_version, o.order_id limit $2", calendarVersion, count);
        return await ReadOrdersAsync(command, cancellationToken);
    }

    /// <summary>Moves an order on to its next date; with <paramref name="attemptAfter"/> the payment of this one becomes due.</summary>
    /// <returns>False where the order has moved on, or has other terms than the row.</returns>
    public async Task<bool> AdvanceAsync(
        StandingOrderRow row, DateTimeOffset? attemptAfter, NextDate next, long calendarVersion, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select bank.advance_standing_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
        command.Parameters.Add(new() { Value = row.Order.Id });
        command.Parameters.Add(new() { Value = row.Version });
        command.Parameters.Add(new() { Value = row.Place });
        command.Parameters.Add(Nullable(row.Order.NextDueOn, NpgsqlDbType.Date));
        command.Parameters.Add(new() { Value = attemptAfter is not null });
        command.Parameters.Add(Nullable(
            attemptAfter is null ? null : IdOf(row.Order.Id, row.Order.NextDueOn!.Value, 1).Value, NpgsqlDbType.Uuid));
        command.Parameters.Add(Nullable(attemptAfter?.UtcDateTime, NpgsqlDbType.TimestampTz));
        command.Parameters.Add(new() { Value = next.Place });
        command.Parameters.Add(Nullable(next.DueOn, NpgsqlDbType.Date));
        command.Parameters.Add(new() { Value = next.Ended });
        command.Parameters.Add(new() { Value = calendarVersion });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Gives an order other terms or another state. The customer hears of one that is paused.</summary>
    /// <param name="session">In which an FNP was given that lets it pay; null for what only stops it.</param>
    /// <param name="pause">Goes on record with the change; null for what the customer does.</param>
    /// <returns>False where the order is no longer as it was read.</returns>
    public async Task<Result<bool>> ChangeAsync(
        StandingOrderRow row, StandingOrder changed, NextDate next, long calendarVersion, Guid? session, StaffPause? pause,
        CancellationToken cancellationToken)
    {
        var tells = changed.State == StandingOrderState.Paused && row.Order.State != StandingOrderState.Paused;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "select bank.change_standing_order($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)", connection);
        foreach (var value in (object[])[changed.Id, row.Version, changed.Amount.Minor, changed.Reference])
            command.Parameters.Add(new() { Value = value });
        command.Parameters.Add(Nullable(changed.Schedule.EndDate, NpgsqlDbType.Date));
        command.Parameters.Add(Nullable(changed.Schedule.PaymentsMax, NpgsqlDbType.Integer));
        command.Parameters.Add(new() { Value = (short)changed.State });
        command.Parameters.Add(Nullable((short?)changed.PauseCause, NpgsqlDbType.Smallint));
        command.Parameters.Add(new() { Value = next.Place });
        command.Parameters.Add(Nullable(next.DueOn, NpgsqlDbType.Date));
        command.Parameters.Add(new() { Value = calendarVersion });
        command.Parameters.Add(Nullable(session, NpgsqlDbType.Uuid));
        command.Parameters.Add(Nullable(tells ? (short)CustomerEventKind.StandingOrderPaused : null, NpgsqlDbType.Smallint));
        command.Parameters.Add(Detail(changed.Amount, changed.Payee.Value, changed.PauseCause, null));
        var written = await InSessionAsync(command, cancellationToken);
        if (!written.Succeeded || !written.Value)
            return written;
        if (pause is not null)
        {
            await using var record = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    AuditTrail.Entry(
                        pause.Staff, "pause-standing-order", row.Customer, new { why = pause.Why, standingOrder = changed.Id }, pause.At),
                    SecurityLog.Entry(row.Customer, SecurityEventKind.StandingOrderPaused, pause.At),
                },
            };
            await record.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return written;
    }

    /// <summary>Takes up payments that wait for an attempt; other silos leave them alone for a while.</summary>
    public async Task<IReadOnlyList<DuePayment>> TakeUpAsync(
        DateTimeOffset now, TimeSpan lease, int count, CancellationToken cancellationToken)
    {
        // standing_order_payment_due
        await using var command = database.CreateCommand("""
            with taken as (
                update bank.standing_order_payment p
                   set attempt_after = $2
                  from (select order_id, due_on
                          from bank.standing_order_payment
                         where state = 1
                           and attempt_after <= least($1, clock_timestamp() + $4)
                         order by attempt_after
                         limit $3
                           for no key update skip locked) due
                 where p.order_id = due.order_id
                   and p.due_on = due.due_on
             returning p.*)
            """ + $" select {DueColumns} from taken p {DueJoins}");
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = (now + lease).UtcDateTime });
        command.Parameters.Add(new() { Value = count });
        command.Parameters.Add(new() { Value = DevelopmentClock.AheadIn(time) });
        return await ReadDueAsync(command, cancellationToken);
    }

    /// <summary>Those of an order that were given up and are not settled.</summary>
    public async Task<IReadOnlyList<DuePayment>> ListGivenUpAsync(Guid orderId, CancellationToken cancellationToken)
    {
        // standing_order_payment_pkey
        await using var command = Command(
            $"select {DueColumns} from bank.standing_order_payment p {DueJoins} where p.order_id = $1 and p.state = 1 and p.given_up",
            [orderId]);
        return await ReadDueAsync(command, cancellationToken);
    }

    /// <summary>A payment that is due; null where it is not, or no longer.</summary>
    public async Task<DuePayment?> FindDueAsync(Guid orderId, DateOnly dueOn, CancellationToken cancellationToken)
    {
        // standing_order_payment_pkey
        await using var command = Command(
            $"select {DueColumns} from bank.standing_order_payment p {DueJoins} where p.order_id = $1 and p.due_on = $2 and p.state = 1",
            [orderId, dueOn]);
        return (await ReadDueAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Makes of an attempt what the ledger has recorded of it.</summary>
    /// <param name="nextAttemptAfter">When a refused one is tried again; null for not.</param>
    /// <param name="pause">Why the order is paused when the payment has failed; null for not.</param>
    /// <param name="tells">Whether the customer hears of a failure.</param>
    public async Task<bool> SettleAsync(
        DuePayment payment, DateTimeOffset? nextAttemptAfter, StandingOrderPauseCause? pause, Reason? refused, bool tells,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select bank.settle_standing_order_payment($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        command.Parameters.Add(new() { Value = payment.OrderId });
        command.Parameters.Add(new() { Value = payment.DueOn });
        command.Parameters.Add(new() { Value = payment.Attempt });
        command.Parameters.Add(new() { Value = IdOf(payment.OrderId, payment.DueOn, payment.Attempt + 1).Value });
        command.Parameters.Add(Nullable(nextAttemptAfter?.UtcDateTime, NpgsqlDbType.TimestampTz));
        command.Parameters.Add(Nullable((short?)pause, NpgsqlDbType.Smallint));
        foreach (var kind in (CustomerEventKind[])[CustomerEventKind.StandingOrderPaymentFailed, CustomerEventKind.StandingOrderPaused])
            command.Parameters.Add(Nullable(tells ? (short)kind : null, NpgsqlDbType.Smallint));
        command.Parameters.Add(Detail(payment.Amount, payment.PayeeNumber, pause, refused));
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Begins another attempt of a payment that has failed; the same request again changes nothing.</summary>
    /// <param name="session">In which the FNP was given.</param>
    /// <returns>False where it has not failed with this attempt, or was given up.</returns>
    public async Task<Result<bool>> RetryAsync(
        Guid orderId, DateOnly dueOn, int attempt, Guid requestId, Guid session, DateTimeOffset attemptAfter,
        CancellationToken cancellationToken)
    {
        await using var command = Command(
            "select bank.retry_standing_order_payment($1, $2, $3, $4, $5, $6, $7)",
            [orderId, dueOn, attempt, IdOf(orderId, dueOn, attempt + 1).Value, attemptAfter.UtcDateTime, requestId, session]);
        return await InSessionAsync(command, cancellationToken);
    }

    /// <summary>The payments of an order that have fallen due, newest first.</summary>
    public async Task<IReadOnlyList<StandingOrderPayment>> ListPaymentsAsync(
        Guid orderId, DateOnly before, int count, CancellationToken cancellationToken)
    {
        // standing_order_payment_pkey, backwards
        await using var command = Payments(
            "where p.order_id = $1 and p.due_on < $2 order by p.due_on desc limit $3", orderId, before, count);
        return await ReadPaymentsAsync(command, cancellationToken);
    }

    /// <summary>Those of an account, due from a day on, that are not booked and were not given up.</summary>
    public async Task<IReadOnlyList<StandingOrderPayment>> ListOpenAsync(long accountId, DateOnly from, CancellationToken cancellationToken)
    {
        // standing_order_payment_of_account
        await using var command = Payments(
            "where p.debit_account_id = $1 and p.due_on >= $2 and p.state <> 2 and not p.given_up "
            + "order by p.due_on, p.order_id", accountId, from);
        return await ReadPaymentsAsync(command, cancellationToken);
    }

    /// <summary>One payment, with its attempt and the request that last began one.</summary>
    public async Task<(StandingOrderPayment Payment, int Attempt, Guid? RetryId)?> FindPaymentAsync(
        Guid orderId, DateOnly dueOn, CancellationToken cancellationToken)
    {
        // standing_order_payment_pkey
        await using var command = Payments("where p.order_id = $1 and p.due_on = $2", orderId, dueOn);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (ReadPayment(reader), reader.GetInt32(10), reader.IsDBNull(11) ? null : reader.GetGuid(11))
            : null;
    }

    /// <summary>Whoever had an FNP that the customer did not ask for orders nothing by it.</summary>
    public static NpgsqlBatchCommand PauseNew(CustomerNumber customer, TimeSpan probation) =>
        new("select bank.pause_new_standing_orders($1, $2, $3)")
    {
        Parameters =
        {
            new() { Value = customer.Value },
            new() { Value = probation },
            new() { Value = (short)CustomerEventKind.StandingOrderPaused },
        },
    };

    /// <summary>The id under which the ledger decides an attempt, once and for all.</summary>
    /// <param name="attempt">From 1.</param>
    public TransferId IdOf(Guid orderId, DateOnly dueOn, int attempt) => new(keys.FollowingId(
        FormattableString.Invariant($"standing order {dueOn:yyyy-MM-dd} {attempt}"), orderId));

    private NpgsqlCommand Orders(string where, params object[] values) => Command($"""
        select {OrderColumns}
          from bank.standing_order o
          join bank.account d on d.account_id = o.debit_account_id
          join bank.account c on c.account_id = o.credit_account_id
         {where}
        """, values);

    private NpgsqlCommand Payments(string where, params object[] values) => Command($"""
        select {PaymentColumns}
          from bank.standing_order_payment p
          join bank.account d on d.account_id = p.debit_account_id
          join bank.account c on c.account_id = p.credit_account_id
         {where}
        """, values);

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }

    /// <summary>What the inbox tells of an order.</summary>
    private static NpgsqlParameter Detail(Money amount, string payee, StandingOrderPauseCause? cause, Reason? refused) => new()
    {
        Value = CustomerEvents.Serialize(new
        {
            minor = amount.Minor, currency = amount.Currency.Code, payee, cause = (short?)cause, reason = (short?)refused,
        }),
        NpgsqlDbType = NpgsqlDbType.Jsonb,
    };

    /// <summary>What a function answers that needs an open session, where it needs one.</summary>
    private static async Task<Result<bool>> InSessionAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (PostgresException exception) when (exception.SqlState == HeldSession.Ended)
        {
            return Reason.SessionEnded;
        }
    }

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    private static async Task<List<DuePayment>> ReadDueAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<DuePayment>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new DuePayment(
                reader.GetGuid(0), reader.GetFieldValue<DateOnly>(1), reader.GetInt32(2), new TransferId(reader.GetGuid(3)),
                reader.GetInt64(4), reader.GetInt64(5), new Money(reader.GetInt64(6), Currency.Parse(reader.GetString(7))),
                reader.GetString(8), reader.GetString(9), reader.GetBoolean(10), reader.GetBoolean(11)));
        }

        return found;
    }

    private static async Task<List<StandingOrderRow>> ReadOrdersAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<StandingOrderRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var order = new StandingOrder(
                reader.GetGuid(0), Iban.Parse(reader.GetString(1)), Iban.Parse(reader.GetString(2)),
                new Money(reader.GetInt64(3), Currency.Parse(reader.GetString(4))), reader.GetString(5), ReadSchedule(reader, 6),
                (StandingOrderState)reader.GetInt16(11), reader.IsDBNull(12) ? null : (StandingOrderPauseCause)reader.GetInt16(12),
                reader.IsDBNull(13) ? null : reader.GetFieldValue<DateOnly>(13), reader.GetInt32(14),
                reader.GetFieldValue<DateTimeOffset>(15));
            found.Add(new StandingOrderRow(
                order, CustomerNumber.From(reader.GetInt32(16)), reader.GetInt32(17), reader.GetInt32(18), reader.GetInt64(19)));
        }

        return found;
    }

    private static StandingOrderSchedule ReadSchedule(NpgsqlDataReader reader, int column) => new(
        (StandingOrderFrequency)reader.GetInt16(column), reader.GetFieldValue<DateOnly>(column + 1),
        reader.IsDBNull(column + 2) ? null : reader.GetFieldValue<DateOnly>(column + 2),
        reader.IsDBNull(column + 3) ? null : reader.GetInt32(column + 3), (NonBusinessDayRule)reader.GetInt16(column + 4));

    private static async Task<List<StandingOrderPayment>> ReadPaymentsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<StandingOrderPayment>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(ReadPayment(reader));
        return found;
    }

    private static StandingOrderPayment ReadPayment(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetFieldValue<DateOnly>(1), Iban.Parse(reader.GetString(2)), Iban.Parse(reader.GetString(3)),
        new Money(reader.GetInt64(4), Currency.Parse(reader.GetString(5))), reader.GetString(6),
        StateOf(reader), reader.IsDBNull(8) ? null : (Reason)reader.GetInt16(8),
        new TransferId(reader.GetGuid(9)));

    private static StandingOrderPaymentState StateOf(NpgsqlDataReader reader) =>
        ((StandingOrderPaymentState)reader.GetInt16(7), reader.GetBoolean(12)) switch
        {
            (StandingOrderPaymentState.Failed, true) => StandingOrderPaymentState.GivenUp,
            var (state, _) => state,
        };
}
