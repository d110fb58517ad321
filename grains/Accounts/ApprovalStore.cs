using BktSmart.Approvals;
using BktSmart.Audit;
using BktSmart.Ledger;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Accounts;

/// <summary>
/// Requests for a second person, and their decisions. A request holds for the terms that it was made on: each step locks the account first, so what is compared cannot move, two decisions of one
/// request come one after the other, and the second finds the first. A decision, the change that it makes and the entry in the audit trail are one transaction. That two persons are
/// two is also a constraint of the table, and that a decision is final a trigger.
/// </summary>
internal sealed class ApprovalStore(NpgsqlDataSource database, IOptions<ApprovalOptions> options, TimeProvider time)
{
    private const string Columns =
        "p.approval_id, p.action, a.account_number, a.currency, a.floor_minor, p.floor_minor, p.requested_by, p.note, p.requested_at, p.expires_at";

    private const int ColumnCount = 10;

    // account_terms_pkey, backwards
    private const string IsUpToDate =
        "p.terms_version = (select coalesce(max(t.version), 0) from bank.account_terms t where t.account_id = p.account_id)";

    private sealed record Found(Approval Approval, bool IsUpToDate, ApprovalOutcome? Outcome, StaffMember? DecidedBy, DateTimeOffset? DecidedAt);

    /// <summary>
    /// Asks for a second person, with an entry in the audit trail. The same request by the same person gives the one that waits; another one is refused while that stands, and takes the
    /// place of one that no longer does.
    /// </summary>
    /// <param name="floorMinor">The wanted floor; null for reopening.</param>
    public async Task<Result<Approval>> RequestAsync(
        StaffMember staff, AccountRegistration account, ApprovalAction action, long? floorMinor, string note, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var before = AccountTerms.Of(await AccountRegister.LockAsync(connection, account.Id, cancellationToken));
        if (!action.Apply(before, floorMinor).NeedSecondPerson(before))
            return Reason.ApprovalOutdated;

        // one_pending
        await using var lapse = new NpgsqlCommand($"""
            update bank.approval p
               set outcome = $3, decided_at = $4
             where account_id = $1
               and action = $2
               and decided_at is null
               and not (expires_at > $4 and {IsUpToDate})
            """, connection)
        {
            Parameters =
            {
                new() { Value = account.Id }, new() { Value = (short)action }, new() { Value = (short)ApprovalOutcome.Lapsed }, new() { Value = now.UtcDateTime },
            },
        };
        await lapse.ExecuteNonQueryAsync(cancellationToken);

        await using var insert = new NpgsqlCommand("""
            insert into bank.approval (account_id, action, floor_minor, terms_version, requested_by, requested_at, note, expires_at)
            select $1, $2, $3, coalesce(max(version), 0), $4, $5, $6, $7
              from bank.account_terms
             where account_id = $1
            on conflict (account_id, action) where decided_at is null do nothing
            """, connection)
        {
            Parameters =
            {
                new() { Value = account.Id },
                new() { Value = (short)action },
                new() { Value = (object?)floorMinor ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = staff.Subject },
                new() { Value = now.UtcDateTime },
                new() { Value = note },
                new() { Value = (now + options.Value.Lifetime).UtcDateTime },
            },
        };
        var isNew = await insert.ExecuteNonQueryAsync(cancellationToken) == 1;

        var pending = await FindPendingAsync(connection, account.Id, action, cancellationToken);
        if (!isNew)
        {
            var isTheSame = pending.RequestedBy == staff && pending.WantedOverdraftLimit?.Minor == -floorMinor && pending.Note == note;
            return isTheSame ? pending : Reason.ApprovalPending;
        }

        await AuditTrail.WriteAsync(
            connection, staff, $"request-{action.Name()}", account.CustomerNumber!.Value,
            new { approval = pending.Id, iban = account.Number, note, overdraftLimitMinor = -floorMinor }, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return pending;
    }

    /// <summary>What can still be confirmed, oldest first.</summary>
    public async Task<IReadOnlyList<Approval>> ListAsync(long afterId, int count, CancellationToken cancellationToken)
    {
        // approval_pending
        await using var command = database.CreateCommand($"""
            select {Columns}
              from bank.approval p
              join bank.account a on a.account_id = p.account_id
             where p.decided_at is null
               and p.expires_at > $1
               and p.approval_id > $2
               and {IsUpToDate}
             order by p.approval_id
             limit $3
            """);
        command.Parameters.Add(new() { Value = time.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = afterId });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Approval>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(Read(reader));
        return found;
    }

    /// <summary>Makes the change that was asked for, and gives the account as it then stands.</summary>
    public async Task<Result<(Iban Account, AccountState State)>> ConfirmAsync(StaffMember staff, long id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, id, cancellationToken) is not var (state, found))
            return new Refusal(Reason.ApprovalNotFound, "name");
        var approval = found.Approval;
        if (found is { Outcome: ApprovalOutcome.Confirmed } && found.DecidedBy == staff)
            return (approval.Account, state);
        if (RefuseDecided(found) is { } decided)
            return decided;
        if (approval.RequestedBy == staff)
            return Reason.SecondPersonRequired;
        if (approval.ExpiresAt <= now)
            return Reason.ApprovalExpired;
        if (!found.IsUpToDate)
            return Reason.ApprovalOutdated;

        long? wantedFloor = approval.WantedOverdraftLimit is { } limit ? -limit.Minor : null;
        var terms = approval.Action.Apply(AccountTerms.Of(state), wantedFloor);
        if (terms.Refuse(state) is { } reason)
            return reason;
        await WriteDecisionAsync(connection, id, ApprovalOutcome.Confirmed, staff, now, cancellationToken);
        state = await AccountStore.WriteTermsAsync(connection, state, terms, id, now, cancellationToken);
        await AuditTrail.WriteAsync(
            connection, staff, approval.Action.Name(), CustomerNumber.From(state.CustomerNumber!.Value),
            new
            {
                approval = id,
                requestedBy = approval.RequestedBy.Subject,
                confirmedBy = staff.Subject,
                iban = approval.Account.Value,
                note = approval.Note,
                overdraftLimitMinor = -terms.FloorMinor,
                freeze = terms.Freeze.ToString(),
                closed = terms.Closed,
            },
            now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (approval.Account, state);
    }

    /// <summary>Ends a request without the change, whoever asked for it.</summary>
    public async Task<Result<Done>> RejectAsync(StaffMember staff, long id, string note, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, id, cancellationToken) is not var (state, found))
            return new Refusal(Reason.ApprovalNotFound, "name");
        if (found is { Outcome: ApprovalOutcome.Rejected } && found.DecidedBy == staff)
            return Done.Value;
        if (RefuseDecided(found) is { } decided)
            return decided;

        await WriteDecisionAsync(connection, id, ApprovalOutcome.Rejected, staff, now, cancellationToken);
        await AuditTrail.WriteAsync(
            connection, staff, $"reject-{found.Approval.Action.Name()}", CustomerNumber.From(state.CustomerNumber!.Value),
            new { approval = id, requestedBy = found.Approval.RequestedBy.Subject, rejectedBy = staff.Subject, iban = found.Approval.Account.Value, note }, now, cancellationToken);
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

    /// <summary>Locks the account that a request is about, and then reads the request; null for none.</summary>
    private static async Task<(AccountState State, Found Found)?> LockAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        // approval_pkey
        await using var find = new NpgsqlCommand("select account_id from bank.approval where approval_id = $1", connection) { Parameters = { new() { Value = id } } };
        if (await find.ExecuteScalarAsync(cancellationToken) is not long accountId)
            return null;
        var state = await AccountRegister.LockAsync(connection, accountId, cancellationToken);

        // approval_pkey, account_pkey
        await using var read = new NpgsqlCommand($"""
            select {Columns}, {IsUpToDate}, p.outcome, p.decided_by, p.decided_at
              from bank.approval p
              join bank.account a on a.account_id = p.account_id
             where p.approval_id = $1
            """, connection) { Parameters = { new() { Value = id } } };
        await using var reader = await read.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (state, new Found(
            Read(reader),
            reader.GetBoolean(ColumnCount),
            reader.IsDBNull(ColumnCount + 1) ? null : (ApprovalOutcome)reader.GetInt16(ColumnCount + 1),
            reader.IsDBNull(ColumnCount + 2) ? null : new StaffMember(reader.GetString(ColumnCount + 2)),
            reader.IsDBNull(ColumnCount + 3) ? null : reader.GetFieldValue<DateTimeOffset>(ColumnCount + 3)));
    }

    private static async Task<Approval> FindPendingAsync(NpgsqlConnection connection, long accountId, ApprovalAction action, CancellationToken cancellationToken)
    {
        // one_pending, account_pkey
        await using var command = new NpgsqlCommand($"""
            select {Columns}
              from bank.approval p
              join bank.account a on a.account_id = p.account_id
             where p.account_id = $1
               and p.action = $2
               and p.decided_at is null
            """, connection) { Parameters = { new() { Value = accountId }, new() { Value = (short)action } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return Read(reader);
    }

    private static async Task WriteDecisionAsync(
        NpgsqlConnection connection, long id, ApprovalOutcome outcome, StaffMember staff, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // approval_pkey
        await using var command = new NpgsqlCommand("""
            update bank.approval
               set outcome = $2, decided_by = $3, decided_at = $4
             where approval_id = $1
               and decided_at is null
            """, connection)
        {
            Parameters = { new() { Value = id }, new() { Value = (short)outcome }, new() { Value = staff.Subject }, new() { Value = now.UtcDateTime } },
        };
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
            throw new InvalidOperationException("A request for a second person was decided under the lock of its account.");
    }

    private static Approval Read(NpgsqlDataReader reader)
    {
        var currency = Currency.Parse(reader.GetString(3));
        return new Approval(
            reader.GetInt64(0),
            (ApprovalAction)reader.GetInt16(1),
            Iban.Parse(reader.GetString(2)),
            new Money(-reader.GetInt64(4), currency),
            reader.IsDBNull(5) ? null : new Money(-reader.GetInt64(5), currency),
            new StaffMember(reader.GetString(6)),
            reader.GetString(7),
            reader.GetFieldValue<DateTimeOffset>(8),
            reader.GetFieldValue<DateTimeOffset>(9));
    }
}
