using BktSmart.Audit;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Approvals;

/// <summary>
/// Requests for a second person, and their decisions. A request holds for the version of its subject that it was made on: each step locks
/// the subject first, so what is compared cannot move, two decisions of one request come one after the other, and the second finds the
/// first. A decision, the change that it makes and the entry in the audit trail are one transaction: triggers of the table refuse to commit
/// one without the others. That two persons are two is also a constraint of the table, and that a decision is final a trigger.
/// </summary>
internal sealed class ApprovalStore(NpgsqlDataSource database, IOptions<ApprovalOptions> options, [BankClock] TimeProvider time)
{
    private const string Columns =
        "approval_id, kind, subject, wanted, customer_number, note, version, requested_by, requested_at, expires_at";

    private const int ColumnCount = 10;

    private sealed record Found(Approval Approval, ApprovalOutcome? Outcome, StaffMember? DecidedBy, DateTimeOffset? DecidedAt);

    /// <summary>
    /// Asks for a second person, with an entry in the audit trail. The same request by the same person gives the one that waits; another
    /// one is refused while that stands, and takes the place of one that no longer does.
    /// </summary>
    public async Task<Result<Approval>> RequestAsync<T>(
        IApprovable<T> change, StaffMember staff, ApprovalRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (state, version) = await change.LockAsync(connection, request.Subject, cancellationToken);
        if (!change.NeedsSecondPerson(state, request))
            return Reason.ApprovalOutdated;

        await LapseAsync(connection, request, version, now, cancellationToken);
        if (await InsertAsync(connection, staff, request, version, now, cancellationToken) is not { } id)
        {
            var pending = await FindPendingAsync(connection, request, cancellationToken);
            return pending.RequestedBy == staff && pending.Request == request ? pending : Reason.ApprovalPending;
        }

        await AuditAsync(
            connection, $"request-{request.Kind}", staff, id, request, change.Describe(request, default), [], now, cancellationToken);
        var made = await FindPendingAsync(connection, request, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return made;
    }

    /// <summary>What can still be confirmed, oldest first.</summary>
    public async Task<IReadOnlyList<Approval>> ListAsync(
        IReadOnlyCollection<string> kinds, long afterId, int count, CancellationToken cancellationToken)
    {
        // approval_pending
        await using var command = database.CreateCommand($"""
            select {Columns}
              from bank.approval
             where decided_at is null
               and expires_at > $1
               and approval_id > $2
               and kind = any($3)
             order by approval_id
             limit $4
            """);
        command.Parameters.Add(new() { Value = time.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = afterId });
        command.Parameters.Add(new() { Value = kinds.ToArray() });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Approval>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(Read(reader));
        return found;
    }

    /// <summary>
    /// Makes the change that was asked for, and gives it with what it changed, as that then stands. The same person again gets the same
    /// answer, and nothing happens twice.
    /// </summary>
    public async Task<Result<(Approval Approval, T State)>> ConfirmAsync<T>(
        IApprovable<T> change, StaffMember staff, long id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, change, id, cancellationToken) is not var (found, state, version))
            return new Refusal(Reason.ApprovalNotFound, "name");
        var approval = found.Approval;
        if (found is { Outcome: ApprovalOutcome.Confirmed } && found.DecidedBy == staff)
            return (approval, state);
        if (RefuseDecided(found) is { } decided)
            return decided;
        if (approval.RequestedBy == staff)
            return Reason.SecondPersonRequired;
        if (approval.ExpiresAt <= now)
            return Reason.ApprovalExpired;
        if (approval.Version != version)
            return Reason.ApprovalOutdated;
        if (change.Refuse(state, approval.Request) is { } reason)
            return reason;

        await WriteDecisionAsync(connection, id, ApprovalOutcome.Confirmed, staff, now, cancellationToken);
        state = await change.ApplyAsync(connection, state, approval, now, cancellationToken);
        await AuditAsync(
            connection, approval.Request.Kind, staff, id, approval.Request, change.Describe(approval.Request, state),
            [new("requestedBy", approval.RequestedBy.Subject), new("confirmedBy", staff.Subject)], now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (approval, state);
    }

    /// <summary>Ends a request without the change, whoever asked for it.</summary>
    /// <param name="note">Why.</param>
    public async Task<Result<Done>> RejectAsync<T>(
        IApprovable<T> change, StaffMember staff, long id, string note, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, change, id, cancellationToken) is not var (found, _, _))
            return new Refusal(Reason.ApprovalNotFound, "name");
        if (found is { Outcome: ApprovalOutcome.Rejected } && found.DecidedBy == staff)
            return Done.Value;
        if (RefuseDecided(found) is { } decided)
            return decided;

        var request = found.Approval.Request;
        await WriteDecisionAsync(connection, id, ApprovalOutcome.Rejected, staff, now, cancellationToken);
        await AuditAsync(
            connection, $"reject-{request.Kind}", staff, id, request with { Reason = note }, change.Describe(request, default),
            [new("requestedBy", found.Approval.RequestedBy.Subject), new("rejectedBy", staff.Subject)], now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Done.Value;
    }

    private static Reason? RefuseDecided(Found found) => found switch
    {
        { Outcome: null } => null,
        { Outcome: not ApprovalOutcome.Lapsed } => Reason.ApprovalDecided,
        _ when found.Approval.ExpiresAt <= found.DecidedAt => Reason.ApprovalExpired,
        _ => Reason.ApprovalOutdated,
    };

    /// <summary>Locks what a request is about, and then reads the request; null for none of these kinds.</summary>
    private static async Task<(Found Found, T State, long Version)?> LockAsync<T>(
        NpgsqlConnection connection, IApprovable<T> change, long id, CancellationToken cancellationToken)
    {
        // approval_pkey
        await using var find = new NpgsqlCommand("select subject from bank.approval where approval_id = $1 and kind = any($2)", connection)
        {
            Parameters = { new() { Value = id }, new() { Value = change.Kinds.ToArray() } },
        };
        if (await find.ExecuteScalarAsync(cancellationToken) is not string subject)
            return null;
        var (state, version) = await change.LockAsync(connection, subject, cancellationToken);

        // approval_pkey
        await using var read = new NpgsqlCommand($"""
            select {Columns}, outcome, decided_by, decided_at
              from bank.approval
             where approval_id = $1
            """, connection) { Parameters = { new() { Value = id } } };
        await using var reader = await read.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var found = new Found(
            Read(reader),
            reader.IsDBNull(ColumnCount) ? null : (ApprovalOutcome)reader.GetInt16(ColumnCount),
            reader.IsDBNull(ColumnCount + 1) ? null : new StaffMember(reader.GetString(ColumnCount + 1)),
            reader.IsDBNull(ColumnCount + 2) ? null : reader.GetFieldValue<DateTimeOffset>(ColumnCount + 2));
        return (found, state, version);
    }

    /// <summary>Ends a request that can no longer be confirmed, so that another one can take its place.</summary>
    private static async Task LapseAsync(
        NpgsqlConnection connection, ApprovalRequest request, long version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // one_pending_change
        await using var lapse = new NpgsqlCommand("""
            update bank.approval
               set outcome = $3, decided_at = $4
             where kind = $1
               and subject = $2
               and decided_at is null
               and (expires_at <= $4 or version <> $5)
            """, connection)
        {
            Parameters =
            {
                new() { Value = request.Kind },
                new() { Value = request.Subject },
                new() { Value = (short)ApprovalOutcome.Lapsed },
                new() { Value = now.UtcDateTime },
                new() { Value = version },
            },
        };
        await lapse.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Null where another request about the same change waits.</summary>
    private async Task<long?> InsertAsync(
        NpgsqlConnection connection, StaffMember staff, ApprovalRequest request, long version, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand("""
            insert into bank.approval (kind, subject, wanted, customer_number, version, requested_by, requested_at, note, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (kind, subject) where decided_at is null do nothing
            returning approval_id
            """, connection)
        {
            Parameters =
            {
                new() { Value = request.Kind },
                new() { Value = request.Subject },
                new() { Value = (object?)request.Wanted ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)request.Customer?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
                new() { Value = version },
                new() { Value = staff.Subject },
                new() { Value = now.UtcDateTime },
                new() { Value = request.Reason },
                new() { Value = (now + options.Value.Lifetime).UtcDateTime },
            },
        };
        return (long?)await insert.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<Approval> FindPendingAsync(
        NpgsqlConnection connection, ApprovalRequest request, CancellationToken cancellationToken)
    {
        // one_pending_change
        await using var command = new NpgsqlCommand(
            $"select {Columns} from bank.approval where kind = $1 and subject = $2 and decided_at is null", connection)
        {
            Parameters = { new() { Value = request.Kind }, new() { Value = request.Subject } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return Read(reader);
    }

    private static async Task WriteDecisionAsync(
        NpgsqlConnection connection, long id, ApprovalOutcome outcome, StaffMember staff, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        // approval_pkey
        await using var command = new NpgsqlCommand("""
            update bank.approval
               set outcome = $2, decided_by = $3, decided_at = $4
             where approval_id = $1
               and decided_at is null
            """, connection)
        {
            Parameters =
            {
                new() { Value = id },
                new() { Value = (short)outcome },
                new() { Value = staff.Subject },
                new() { Value = now.UtcDateTime },
            },
        };
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
            throw new InvalidOperationException("A request for a second person was decided under the lock of its subject.");
    }

    private static Task AuditAsync(
        NpgsqlConnection connection, string action, StaffMember staff, long id, ApprovalRequest request,
        IEnumerable<KeyValuePair<string, object?>> change,
        IEnumerable<KeyValuePair<string, object?>> persons, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Dictionary<string, object?> detail = new([new("approval", id), .. persons, .. change]) { ["note"] = request.Reason };
        return AuditTrail.WriteAsync(connection, staff, action, request.Customer, detail, now, cancellationToken);
    }

    private static Approval Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        new ApprovalRequest(
            reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3),
            reader.IsDBNull(4) ? null : CustomerNumber.From(reader.GetInt32(4)), reader.GetString(5)),
        reader.GetInt64(6),
        new StaffMember(reader.GetString(7)),
        reader.GetFieldValue<DateTimeOffset>(8),
        reader.GetFieldValue<DateTimeOffset>(9));
}
