using BktSmart.Audit;
using BktSmart.Ledger;
using Npgsql;

namespace BktSmart.BusinessDay;

/// <summary>The SQL of what end-of-day does. The functions that it calls say what each does, and what it leaves alone.</summary>
internal sealed class EndOfDayStore(NpgsqlDataSource database)
{
    /// <summary>Has each date that ended have its steps.</summary>
    public Task PlanAsync(IReadOnlyCollection<EndOfDayStep> steps, CancellationToken cancellationToken) =>
        CallAsync("select bank.plan_end_of_day($1)", cancellationToken, Numbers(steps));

    /// <summary>Takes up the first step that is not finished; null where there is none, or another silo is at it.</summary>
    public async Task<OpenStep?> TakeStepAsync(
        string silo, IReadOnlyCollection<EndOfDayStep> known, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select of_date, of_step, step_position, step_last_position from bank.take_end_of_day_step($1, $2, $3)");
        command.Parameters.Add(new() { Value = silo });
        command.Parameters.Add(new() { Value = Numbers(known) });
        command.Parameters.Add(new() { Value = (int)lease.TotalMilliseconds });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new OpenStep(reader.GetFieldValue<DateOnly>(0), (EndOfDayStep)reader.GetInt16(1), reader.GetInt64(2), reader.GetInt64(3))
            : null;
    }

    public Task TieAccountsAsync(DateOnly date, int accountsMax, CancellationToken cancellationToken) =>
        CallAsync("select bank.tie_accounts($1, $2)", cancellationToken, date, accountsMax);

    /// <summary>The last of the next batches; null where there is none up to <paramref name="lastId"/>.</summary>
    public async Task<long?> FindBatchAsync(long afterId, long lastId, int batchesMax, CancellationToken cancellationToken)
    {
        // batch_pkey
        await using var command = database.CreateCommand("""
            select max(batch_id)
              from (select batch_id from bank.batch where batch_id > $1 and batch_id <= $2 order by batch_id limit $3) next
            """);
        command.Parameters.Add(new() { Value = afterId });
        command.Parameters.Add(new() { Value = lastId });
        command.Parameters.Add(new() { Value = batchesMax });
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    public Task CountBatchesAsync(
        DateOnly date, long afterId, long untilId, IReadOnlyDictionary<string, string> broken, CancellationToken cancellationToken) =>
        CallAsync(
            "select bank.count_batches($1, $2, $3, $4, $5)", cancellationToken, date, afterId, untilId, broken.Keys.ToArray(),
            broken.Values.ToArray());

    public Task TieTotalsAsync(DateOnly date, LedgerHeads heads, CancellationToken cancellationToken) =>
        CallAsync("select bank.tie_totals($1, $2::jsonb)", cancellationToken, date, heads.ToString());

    public Task ClosePaymentsAsync(DateOnly date, CancellationToken cancellationToken) =>
        CallAsync("select bank.close_payments($1)", cancellationToken, date);

    /// <summary>Has the steps begin again that set something aside and finished so long ago.</summary>
    /// <returns>How many there are.</returns>
    public async Task<int> RestartAsync(TimeSpan after, CancellationToken cancellationToken)
    {
        // end_of_day_finding_open, end_of_day_step_pkey
        await using var command = database.CreateCommand("""
            select coalesce(sum(bank.restart_end_of_day(business_date)), 0)::integer
              from (select distinct x.business_date
                      from bank.end_of_day_finding x
                      join bank.end_of_day_step s using (business_date, step)
                     where x.resolved_at is null
                       and s.finished_at < clock_timestamp() - $1) due
            """);
        command.Parameters.Add(new() { Value = after });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The same of one date at once, with the entry in the audit trail.</summary>
    public async Task RestartAsync(StaffMember staff, DateOnly date, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select bank.restart_end_of_day($1)") { Parameters = { new() { Value = date } } });
        batch.BatchCommands.Add(AuditTrail.Entry(staff, "retry-end-of-day", customer: null, new { date }, now));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Dates whose end-of-day is under way, in their order.</summary>
    public async Task<IReadOnlyList<DateOnly>> ListOpenAsync(CancellationToken cancellationToken)
    {
        // end_of_day_step_open
        await using var command = database.CreateCommand(
            "select distinct business_date from bank.end_of_day_step where finished_at is null order by business_date");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var dates = new List<DateOnly>();
        while (await reader.ReadAsync(cancellationToken))
            dates.Add(reader.GetFieldValue<DateOnly>(0));
        return dates;
    }

    /// <summary>What operations sees of it: since when the oldest date is under way, null for none; and what is set aside.</summary>
    public async Task<(DateTimeOffset? UnderWaySince, long Findings)> ReadStandingAsync(CancellationToken cancellationToken)
    {
        // end_of_day_step_open, end_of_day_finding_open
        await using var command = database.CreateCommand("""
            select (select min(e.started_at)
                      from bank.end_of_day_step s
                      join bank.end_of_day e using (business_date)
                     where s.finished_at is null),
                   (select count(*) from bank.end_of_day_finding where resolved_at is null)
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1));
    }

    public async Task<EndOfDayReport> ReadAsync(EndOfDay ended, CancellationToken cancellationToken)
    {
        var date = ended.BusinessDate;
        await using var batch = database.CreateBatch();
        // end_of_day_step_pkey, end_of_day_finding_open
        batch.BatchCommands.Add(Of(date, """
            select step, done, total, started_at, finished_at, runs, heads::text,
                   (select count(*)::integer
                      from bank.end_of_day_finding x
                     where x.business_date = s.business_date and x.step = s.step and x.resolved_at is null)
              from bank.end_of_day_step s
             where business_date = $1
             order by step
            """));
        // end_of_day_total_pkey
        batch.BatchCommands.Add(Of(date, """
            select currency, kind, transfers, legs, amount_minor::bigint
              from bank.end_of_day_total
             where business_date = $1
             order by currency, kind
            """));
        // end_of_day_movement_pkey
        batch.BatchCommands.Add(Of(date, """
            select currency, accounts, postings, debits_minor::bigint, credits_minor::bigint
              from bank.end_of_day_movement
             where business_date = $1
             order by currency
            """));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var steps = new List<EndOfDayStepProgress>();
        string? heads = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            steps.Add(new EndOfDayStepProgress(
                (EndOfDayStep)reader.GetInt16(0), reader.GetInt64(1), reader.GetInt64(2), Time(reader, 3), Time(reader, 4),
                reader.GetInt32(7), reader.GetInt32(5)));
            heads ??= reader.IsDBNull(6) ? null : reader.GetString(6);
        }

        await reader.NextResultAsync(cancellationToken);
        var totals = new List<ControlTotal>();
        while (await reader.ReadAsync(cancellationToken))
        {
            totals.Add(new ControlTotal(
                Currency.Parse(reader.GetString(0)), (TransferKind)reader.GetInt16(1), reader.GetInt64(2), reader.GetInt64(3),
                reader.GetInt64(4)));
        }

        await reader.NextResultAsync(cancellationToken);
        var movements = new List<AccountMovement>();
        while (await reader.ReadAsync(cancellationToken))
        {
            movements.Add(new AccountMovement(
                Currency.Parse(reader.GetString(0)), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        }

        return new EndOfDayReport(ended, steps, totals, movements, heads);
    }

    /// <summary>In the order of steps and subjects.</summary>
    public async Task<IReadOnlyList<EndOfDayFinding>> ListFindingsAsync(
        DateOnly date, int skip, int count, CancellationToken cancellationToken)
    {
        // end_of_day_finding_pkey
        await using var command = database.CreateCommand("""
            select step, subject, detail, found_at, resolved_at
              from bank.end_of_day_finding
             where business_date = $1
             order by step, subject
            offset $2
             limit $3
            """);
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = skip });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var findings = new List<EndOfDayFinding>();
        while (await reader.ReadAsync(cancellationToken))
        {
            findings.Add(new EndOfDayFinding(
                date, (EndOfDayStep)reader.GetInt16(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                Time(reader, 4)));
        }

        return findings;
    }

    private static short[] Numbers(IReadOnlyCollection<EndOfDayStep> steps) => [.. steps.Select(step => (short)step)];

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private static NpgsqlBatchCommand Of(DateOnly date, string query) => new(query) { Parameters = { new() { Value = date } } };

    private async Task CallAsync(string query, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = database.CreateCommand(query);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
