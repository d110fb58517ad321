using Npgsql;

namespace BktSmart.Messages;

// A recipient is a customer on a channel, and its messages go one by one. Only the first of them can be claimed. A message that is added
// behind another is due when it expires; whoever ends the one before makes it due now. The two cannot miss each other: bank.add_messages
// keeps the one before from being deleted until its own transaction ends, and the deletion looks for the next one after that, in a
// statement of its own.
//
// A claim is a lease: the message is due again when it ends. So a silo that dies loses nothing, and the message goes out again under the
// same id. A lease has the number of its try; whoever lost it can end a message that he sent, but neither put it off nor drop it unsent.
//
// All times are the database's. Nothing here waits for the disk: what a crash of the server forgets is sent once more. The outbox is
// empty at most times and may be long a second later, so the planner is held to its indexes whatever the statistics say.

/// <summary>The SQL of the outbox.</summary>
internal sealed class OutboxStore(NpgsqlDataSource database)
{
    private const int ExpiredAtOnceMax = 10_000;

    /// <summary>Adds an SMS, in the language and to the number that the customer has at this point of the transaction.</summary>
    public static NpgsqlBatchCommand AddSms(CustomerNumber customer, Func<Language, string> text, TimeSpan lifetime) =>
        // customer_pkey; bank.add_to_outbox
        new("""
            select bank.add_to_outbox($1, customer_number, null, phone, null, case language when $2 then $3 else $4 end, $5)
              from bank.customer
             where customer_number = $6
            """)
        {
            Parameters =
            {
                new() { Value = (short)OutboxChannel.Sms },
                new() { Value = (short)Language.English },
                new() { Value = text(Language.English) },
                new() { Value = text(Language.Albanian) },
                new() { Value = lifetime },
                new() { Value = customer.Value },
            },
        };

    /// <summary>Takes messages that are due, the longest due first; nobody else gets them until the lease ends.</summary>
    public async Task<IReadOnlyList<OutboxMessage>> ClaimAsync(
        OutboxChannel channel, int count, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var batch = NewBatch();
        // outbox_due, outbox_by_recipient, outbox_pkey; bank.push_device
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            with clock as materialized (select clock_timestamp() as now),
                 due as materialized (
                   select outbox_id
                     from bank.outbox o
                    where channel = $1
                      and due_at <= (select now from clock)
                      and outbox_id = (
                          select first.outbox_id
                            from bank.outbox first
                           where first.channel = o.channel
                             and first.customer_number = o.customer_number
                           order by first.outbox_id
                           limit 1)
                    order by due_at
                    limit $2
                      for no key update skip locked),
                 claimed as (
                   update bank.outbox o
                      set due_at = clock.now + $3,
                          tries = tries + 1
                     from due, clock
                    where o.outbox_id = due.outbox_id
                returning o.*, o.expires_at <= clock.now as expired)
            select c.outbox_id, c.customer_number, c.tries, c.expired, c.sms_id, c.phone, c.notification_number, c.title, c.body,
                   d.device_id, d.platform, d.push_token
              from claimed c
              left join lateral bank.push_device(c.customer_number) d on c.channel <> 3
             order by c.outbox_id
            """)
        {
            Parameters = { new() { Value = (short)channel }, new() { Value = count }, new() { Value = lease } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var claimed = new List<OutboxMessage>();
        while (await reader.ReadAsync(cancellationToken))
        {
            claimed.Add(new OutboxMessage(
                reader.GetInt64(0),
                channel,
                CustomerNumber.From(reader.GetInt32(1)),
                reader.GetInt32(2),
                reader.GetBoolean(3),
                reader.IsDBNull(4) ? null : reader.GetGuid(4),
                reader.IsDBNull(5) ? null : PhoneNumber.FromE164(reader.GetString(5)),
                reader.IsDBNull(6) ? null : reader.GetInt64(6),
                reader.IsDBNull(7) ? null : reader.GetString(7),
                reader.GetString(8),
                reader.IsDBNull(9)
                    ? null
                    : new PushTarget(reader.GetGuid(9), (DevicePlatform)reader.GetInt16(10), new Secret(reader.GetString(11)))));
        }

        return claimed;
    }

    /// <summary>
    /// Deletes messages that are done with, and makes the next one of each recipient due. Says for each whether it was deleted: one behind
    /// which another is being added is left to <see cref="EndAsync"/>, which waits.
    /// </summary>
    public async Task<IReadOnlyList<bool>> TryEndAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        await using var batch = NewBatch();
        // outbox_pkey
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            with free as (
                select outbox_id from bank.outbox where outbox_id = any($1) for update skip locked)
            delete from bank.outbox o using free f where o.outbox_id = f.outbox_id
            returning o.outbox_id
            """)
        {
            Parameters = { new() { Value = messages.Select(message => message.Id).ToArray() } },
        });
        batch.BatchCommands.Add(MakeNextDue(messages));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var ended = new HashSet<long>();
        while (await reader.ReadAsync(cancellationToken))
            ended.Add(reader.GetInt64(0));
        await reader.NextResultAsync(cancellationToken);
        return [.. messages.Select(message => ended.Contains(message.Id))];
    }

    /// <summary>Deletes a message that is done with, and makes the next one of its recipient due.</summary>
    public Task EndAsync(OutboxMessage message, CancellationToken cancellationToken) =>
        // outbox_pkey
        DeleteAsync(
            message,
            new NpgsqlBatchCommand("delete from bank.outbox where outbox_id = $1") { Parameters = { new() { Value = message.Id } } },
            cancellationToken);

    /// <summary>The same for one that was not sent; but whoever lost its lease leaves it to whoever has it.</summary>
    public Task DropAsync(OutboxMessage message, CancellationToken cancellationToken) =>
        // outbox_pkey
        DeleteAsync(
            message,
            new NpgsqlBatchCommand("delete from bank.outbox where outbox_id = $1 and tries = $2")
            {
                Parameters = { new() { Value = message.Id }, new() { Value = message.Tries } },
            },
            cancellationToken);

    /// <summary>
    /// Drops a message that has expired, and with it those behind it that have: one by one they would come last each time, and whoever
    /// claims for others would go through all that are left. Gives how many it dropped.
    /// </summary>
    public Task<long> DropExpiredAsync(OutboxMessage message, CancellationToken cancellationToken) =>
        // outbox_by_recipient, outbox_pkey
        DeleteAsync(
            message,
            new NpgsqlBatchCommand("""
                delete from bank.outbox
                 where outbox_id = any(array(
                       select outbox_id
                         from bank.outbox
                        where channel = $1
                          and customer_number = $2
                          and expires_at <= clock_timestamp()
                          and (outbox_id <> $3 or tries = $4)
                        order by outbox_id
                        limit $5
                          for update skip locked))
                """)
            {
                Parameters =
                {
                    new() { Value = (short)message.Channel },
                    new() { Value = message.Customer.Value },
                    new() { Value = message.Id },
                    new() { Value = message.Tries },
                    new() { Value = ExpiredAtOnceMax },
                },
            },
            cancellationToken);

    /// <summary>Puts a message off, and with it those behind it; until it expires at the latest.</summary>
    public async Task RetryAsync(OutboxMessage message, TimeSpan delay, CancellationToken cancellationToken)
    {
        await using var batch = NewBatch();
        // outbox_pkey
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "update bank.outbox set due_at = least(clock_timestamp() + $3, expires_at) where outbox_id = $1 and tries = $2")
        {
            Parameters = { new() { Value = message.Id }, new() { Value = message.Tries }, new() { Value = delay } },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>How long the message that is due longest has been so; zero where none is.</summary>
    public async Task<TimeSpan> ReadAgeAsync(OutboxChannel channel, CancellationToken cancellationToken)
    {
        await using var batch = NewBatch();
        // outbox_due
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "select greatest(clock_timestamp() - min(due_at), interval '0') from bank.outbox where channel = $1")
        {
            Parameters = { new() { Value = (short)channel } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.IsDBNull(0) ? TimeSpan.Zero : reader.GetTimeSpan(0);
    }

    // outbox_by_recipient, outbox_pkey. If somebody else ended a message, the next one may be under way or put off, and was tried then:
    // that is left alone. One that somebody ends at this moment is waited for, so that not each of the two leaves what follows to the
    // other.
    private static NpgsqlBatchCommand MakeNextDue(IReadOnlyList<OutboxMessage> ended) =>
        new("""
            update bank.outbox
               set due_at = clock_timestamp()
             where outbox_id = any(array(
                   select next.outbox_id
                     from (select distinct channel, customer from unnest($1, $2) as e (channel, customer)) as recipient
                    cross join lateral (
                          select outbox_id
                            from bank.outbox
                           where channel = recipient.channel
                             and customer_number = recipient.customer
                           order by outbox_id
                           limit 1
                             for no key update) next))
               and tries = 0
               and due_at >= expires_at
            """)
        {
            Parameters =
            {
                new() { Value = ended.Select(message => (short)message.Channel).ToArray() },
                new() { Value = ended.Select(message => message.Customer.Value).ToArray() },
            },
        };

    private async Task<long> DeleteAsync(OutboxMessage message, NpgsqlBatchCommand deletion, CancellationToken cancellationToken)
    {
        await using var batch = NewBatch();
        batch.BatchCommands.Add(deletion);
        batch.BatchCommands.Add(MakeNextDue([message]));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return (long)deletion.RecordsAffected;
    }

    private NpgsqlBatch NewBatch()
    {
        var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            select set_config('synchronous_commit', 'off', true), set_config('enable_seqscan', 'off', true),
                   set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                   set_config('enable_mergejoin', 'off', true)
            """));
        return batch;
    }
}
