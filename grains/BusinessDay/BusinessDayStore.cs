using BktSmart.Audit;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.BusinessDay;

/// <summary>The SQL of the business date.</summary>
internal sealed class BusinessDayStore(NpgsqlDataSource database)
{
    private const string OtherDateOrCalendar = "BK010";
    private const string Columns = "business_date, next_date, started_at, started_by";

    public async Task<(DateOnly BusinessDate, DateTimeOffset? OpenedAt)> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select business_date, nullif(opened_at, '-infinity') from bank.business_day");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetFieldValue<DateOnly>(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1));
    }

    /// <summary>Null where the date has not ended.</summary>
    public async Task<EndOfDay?> FindAsync(DateOnly businessDate, CancellationToken cancellationToken)
    {
        // end_of_day_pkey
        await using var command = database.CreateCommand($"select {Columns} from bank.end_of_day where business_date = $1");
        command.Parameters.Add(new() { Value = businessDate });
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Newest first.</summary>
    public async Task<EndOfDayPage> ListAsync(DateOnly? before, int count, CancellationToken cancellationToken)
    {
        // end_of_day_pkey, backwards
        await using var command = database.CreateCommand(
            $"select {Columns} from bank.end_of_day where business_date < $1 order by business_date desc limit $2");
        command.Parameters.Add(new() { Value = before ?? DateOnly.MaxValue });
        command.Parameters.Add(new() { Value = count + 1 });
        var found = await ReadAsync(command, cancellationToken);
        return new EndOfDayPage([.. found.Take(count)], found.Count > count);
    }

    /// <summary>Ends a business date, with the entry in the audit trail.</summary>
    /// <param name="calendarVersion">Of the calendar by which the next date was reckoned.</param>
    /// <param name="staff">Null for the clock.</param>
    /// <param name="lockWait">How long batches under way may keep it waiting, and it those behind it.</param>
    /// <returns>False where another date is open, or the calendar is another one.</returns>
    /// <exception cref="PostgresException">55P03: batches were under way for as long; nothing is changed.</exception>
    public async Task<bool> TryStartAsync(
        DateOnly ending, DateOnly opening, long calendarVersion, StaffMember? staff, TimeSpan lockWait, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select bank.start_end_of_day($1, $2, $3, $4, $5)")
        {
            Parameters =
            {
                new() { Value = ending },
                new() { Value = opening },
                new() { Value = calendarVersion },
                new() { Value = (object?)staff?.Subject ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (int)lockWait.TotalMilliseconds },
            },
        });
        if (staff is not null)
            batch.BatchCommands.Add(AuditTrail.Entry(staff, "start-end-of-day", customer: null, new { ending, opening }, now));
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == OtherDateOrCalendar)
        {
            return false;
        }
    }

    private static async Task<List<EndOfDay>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<EndOfDay>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new EndOfDay(
                reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly>(1), reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : new StaffMember(reader.GetString(3))));
        }

        return found;
    }
}
