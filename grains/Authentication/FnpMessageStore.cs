using BktSmart.Messages;
using Npgsql;

namespace BktSmart.Authentication;

/// <summary>The SQL of SMS with FNPs: who was sent what, and what became of it. The FNP itself is not there.</summary>
internal sealed class FnpMessageStore(NpgsqlDataSource database, [BankClock] TimeProvider time) : ISmsReceipts
{
    private const int AdvisoryLock = 7_310_030;
    private const int ListedMax = 50;

    /// <summary>Those that confirm what somebody does who is signed in.</summary>
    private static readonly FnpPurpose[] Confirmations =
        [FnpPurpose.Payment, FnpPurpose.TrustedPayee, FnpPurpose.LimitRaise, FnpPurpose.StandingOrder];
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private static short[] ConfirmationNumbers => [.. Confirmations.Select(purpose => (short)purpose)];

    /// <summary>Records that an SMS goes out now.</summary>
    /// <param name="limits">How many may go to one number within 24 hours; confirmations are counted apart from the rest.</param>
    /// <returns>
    /// False when it must not: the number has had its share, is no longer the customer's, is suspended, or what the FNP was for is no
    /// longer under way.
    /// </returns>
    public async Task<bool> TryRecordAsync(FnpSms sms, PhoneNumber phone, FnpOptions limits, CancellationToken cancellationToken)
    {
        var perDayMax = Confirmations.Contains(sms.Purpose) ? limits.ConfirmationsPerDayMax : limits.PerPhoneAndDayMax;
        var now = time.GetUtcNow();
        await using var batch = database.CreateBatch();
        // Two that are sent at once are counted one after the other.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select pg_advisory_xact_lock($1, hashtext($2))")
        {
            Parameters = { new() { Value = AdvisoryLock }, new() { Value = phone.Value } },
        });
        // customer_pkey, credentials_pkey, fnp_message_by_phone
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            insert into bank.fnp_message (message_id, reference, session_id, customer_number, phone, purpose, sent_at, state, state_at)
            select $1, $2, $3, c.customer_number, c.phone, $6, $7, $8, $7
              from bank.customer c
              left join bank.credentials k on k.customer_number = c.customer_number
             where c.customer_number = $4
               and c.phone = $5
               and coalesce(k.epoch, 0) = $9
               and coalesce(k.fnp_allowed, true)
               and (select count(*) from bank.fnp_message m
                   where m.phone = $5 and m.sent_at > $10 and (m.purpose = any($12)) = ($6 = any($12))) < $11
            """)
        {
            Parameters =
            {
                new() { Value = sms.Id },
                new() { Value = sms.Reference },
                new() { Value = sms.SessionId },
                new() { Value = sms.Begun.Customer.Value },
                new() { Value = phone.Value },
                new() { Value = (short)sms.Purpose },
                new() { Value = now.UtcDateTime },
                new() { Value = (short)SmsState.Sent },
                new() { Value = sms.Begun.Epoch },
                new() { Value = (now - Day).UtcDateTime },
                new() { Value = (long)perDayMax },
                new() { Value = ConfirmationNumbers },
            },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return batch.BatchCommands[1].RecordsAffected == 1;
    }

    /// <summary>Confirmations that were sent to a customer within the last 24 hours.</summary>
    public async Task<int> CountConfirmationsAsync(CustomerNumber customer, CancellationToken cancellationToken)
    {
        // fnp_message_by_customer
        await using var command = database.CreateCommand(
            "select count(*)::integer from bank.fnp_message where customer_number = $1 and sent_at > $2 and purpose = any($3)");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = (time.GetUtcNow() - Day).UtcDateTime });
        command.Parameters.Add(new() { Value = ConfirmationNumbers });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// Notes what the provider says. Receipts may come twice, late, and before the provider has said that it took the SMS: a state only
    /// goes forward, and an end stays.
    /// </summary>
    public async Task RecordAsync(Guid messageId, SmsState state, CancellationToken cancellationToken)
    {
        // fnp_message_pkey
        await using var command = database.CreateCommand(
            "update bank.fnp_message set state = $2, state_at = $3 where message_id = $1 and state < $4 and state < $2");
        command.Parameters.Add(new() { Value = messageId });
        command.Parameters.Add(new() { Value = (short)state });
        command.Parameters.Add(new() { Value = time.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = (short)SmsState.Delivered });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The state of the last SMS of an FNP session; null where none went out.</summary>
    public async Task<SmsState?> FindStateAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        // fnp_message_by_session
        await using var command = database.CreateCommand(
            "select state from bank.fnp_message where session_id = $1 order by sent_at desc limit 1");
        command.Parameters.Add(new() { Value = sessionId });
        return await command.ExecuteScalarAsync(cancellationToken) is short state ? (SmsState)state : null;
    }

    /// <summary>To whom an SMS with this reference went within the last 24 hours, if nothing was reported since.</summary>
    public async Task<CustomerNumber?> FindCustomerAsync(string reference, CancellationToken cancellationToken)
    {
        // fnp_message_by_reference
        await using var command = database.CreateCommand(
            "select customer_number from bank.fnp_message where reference = $1 and sent_at > $2 and reported_at is null "
            + "order by sent_at desc limit 1");
        command.Parameters.Add(new() { Value = reference });
        command.Parameters.Add(new() { Value = (time.GetUtcNow() - Day).UtcDateTime });
        return await command.ExecuteScalarAsync(cancellationToken) is int found ? CustomerNumber.From(found) : null;
    }

    /// <summary>
    /// A report ends whatever any SMS so far was for; so their references are spent, and nobody ends with one of them what the customer
    /// does afterwards.
    /// </summary>
    public static NpgsqlBatchCommand MarkReported(CustomerNumber customer, DateTimeOffset now) =>
        // fnp_message_by_customer
        new("update bank.fnp_message set reported_at = $2 where customer_number = $1 and reported_at is null")
        {
            Parameters = { new() { Value = customer.Value }, new() { Value = now.UtcDateTime } },
        };

    /// <summary>The last SMS to a customer, newest first.</summary>
    public async Task<IReadOnlyList<FnpMessage>> ListAsync(CustomerNumber customer, CancellationToken cancellationToken)
    {
        // fnp_message_by_customer
        await using var command = database.CreateCommand(
            "select reference, purpose, sent_at, state, state_at from bank.fnp_message where customer_number = $1 "
            + "order by sent_at desc limit $2");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = ListedMax });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<FnpMessage>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new FnpMessage(
                reader.GetString(0), (FnpPurpose)reader.GetInt16(1), reader.GetFieldValue<DateTimeOffset>(2), (SmsState)reader.GetInt16(3),
                reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return found;
    }
}
