using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Authentication;

/// <summary>The SQL of credentials and of what follows from them.</summary>
internal sealed class CredentialsStore(NpgsqlDataSource database)
{
    public const int DecoyBuckets = 4096;

    /// <summary>How late a row may be committed, measured by the time in it.</summary>
    private static readonly TimeSpan CommitDelayMax = TimeSpan.FromSeconds(10);

    /// <summary>The state and its version; version zero for a customer who has none.</summary>
    public async Task<(CredentialsState State, long Version)> ReadAsync(CustomerNumber customer, CancellationToken cancellationToken)
    {
        // credentials_pkey
        await using var command = database.CreateCommand("select state::text, version from bank.credentials where customer_number = $1");
        command.Parameters.Add(new() { Value = customer.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (JsonSerializer.Deserialize<CredentialsState>(reader.GetString(0))!, reader.GetInt64(1))
            : (CredentialsState.None, 0);
    }

    /// <summary>Writes the state, with all that belongs to the change, in one transaction.</summary>
    /// <exception cref="PostgresException">Serialization failure: another activation wrote since the version was read; nothing was
    /// written.</exception>
    public async Task WriteAsync(
        CustomerNumber customer, CredentialsState state, long version, CredentialsChange change, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select bank.write_credentials($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
        {
            Parameters =
            {
                new() { Value = customer.Value },
                new() { Value = version },
                new() { Value = state.Epoch },
                new() { Value = state.PhoneSuspendedAt is null },
                new() { Value = (object?)change.RemindAt?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new() { Value = JsonSerializer.Serialize(state), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = change.Events.Select(kind => (short)kind).ToArray() },
                new() { Value = change.At.UtcDateTime },
                new() { Value = (object?)change.Device?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = (object?)change.Device?.Name ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)change.Origin ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = change.Ended.ToArray() },
            },
        });
        foreach (var also in change.Also)
            batch.BatchCommands.Add(also);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes as much for nobody as <see cref="WriteAsync"/> does for a customer.</summary>
    public async Task WriteDecoyAsync(
        CustomerNumber nobody, CredentialsState state, CredentialsChange change, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select bank.write_decoy($1, $2, $3, $4, $5, $6, $7)")
        {
            Parameters =
            {
                new() { Value = (short)(nobody.Value % DecoyBuckets) },
                new() { Value = JsonSerializer.Serialize(state), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = (short)change.Events[0] },
                new() { Value = change.At.UtcDateTime },
                new() { Value = (object?)change.Device?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = (object?)change.Device?.Name ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)change.Origin ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Whether a session is open, from the row itself: an activation that does not know yet that it is the second cannot say yes.
    /// </summary>
    public async Task<bool> IsOpenAsync(CustomerNumber customer, Guid session, CancellationToken cancellationToken)
    {
        // credentials_pkey
        await using var command = database.CreateCommand(
            "select exists (select from bank.credentials where customer_number = $1 and state -> 'Sessions' @> "
                + "jsonb_build_array(jsonb_build_object('Id', $2)))");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = session.ToString("D") });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// Whether a session is open or has ended by the very change of the password that this FNP proves, from the row itself.
    /// </summary>
    public async Task<bool> MayCompleteChangeAsync(
        CustomerNumber customer, Guid session, Guid fnpSession, CancellationToken cancellationToken)
    {
        // credentials_pkey
        await using var command = database.CreateCommand("""
            select exists (
                select
                  from bank.credentials
                 where customer_number = $1
                   and (state -> 'Sessions' @> jsonb_build_array(jsonb_build_object('Id', $2))
                        or state -> 'PasswordChange' @> jsonb_build_object('SessionId', $2, 'FnpSessionId', $3)))
            """);
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = session.ToString("D") });
        command.Parameters.Add(new() { Value = fnpSession.ToString("D") });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Whether a session was ended within the last hour, before its time.</summary>
    public async Task<bool> HasEndedAsync(Guid session, CancellationToken cancellationToken)
    {
        // revoked_session_pkey
        await using var command = database.CreateCommand("select exists (select from bank.revoked_session where session_id = $1)");
        command.Parameters.Add(new() { Value = session });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Customers who are to be reminded now that their passwords end, the most urgent first.</summary>
    public async Task<IReadOnlyList<CustomerNumber>> ListToRemindAsync(DateTimeOffset now, int count, CancellationToken cancellationToken)
    {
        // credentials_to_remind
        await using var command = database.CreateCommand(
            "select customer_number from bank.credentials where remind_at <= $1 order by remind_at limit $2");
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<CustomerNumber>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(CustomerNumber.From(reader.GetInt32(0)));
        return found;
    }

    /// <summary>
    /// Sessions that were ended since, with those shortly before: a row that is committed late has an earlier time than one that was seen.
    /// </summary>
    public async Task<Revocations> ReadRevocationsAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select clock_timestamp()"));
        // revoked_session_by_time
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select session_id, revoked_at from bank.revoked_session where revoked_at > $1")
        {
            Parameters = { new() { Value = (since - CommitDelayMax).UtcDateTime } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync(cancellationToken);
        var sessions = new List<Guid>();
        var until = since;
        while (await reader.ReadAsync(cancellationToken))
        {
            sessions.Add(reader.GetGuid(0));
            var at = reader.GetFieldValue<DateTimeOffset>(1);
            until = at > until ? at : until;
        }

        return new Revocations(sessions, until, now);
    }

    public async Task<IReadOnlyList<SecurityEvent>> ListEventsAsync(
        CustomerNumber customer, long beforeId, int count, CancellationToken cancellationToken)
    {
        // security_event_by_customer
        await using var command = database.CreateCommand("""
            select event_id, kind, at, device_id, device_name, origin
              from bank.security_event
             where customer_number = $1
               and event_id < $2
             order by event_id desc
             limit $3
            """);
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = beforeId });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<SecurityEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new SecurityEvent(
                reader.GetInt64(0), (SecurityEventKind)reader.GetInt16(1), reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : reader.GetGuid(3), reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.IsDBNull(5) ? null : reader.GetString(5)));
        }

        return events;
    }
}
