using Npgsql;

namespace BktSmart.BusinessDay;

/// <summary>The SQL of the calendar.</summary>
internal sealed class CalendarStore(NpgsqlDataSource database)
{
    /// <summary>The calendar from a day on.</summary>
    public async Task<BankCalendar> ReadAsync(DateOnly from, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select version from bank.calendar"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select year from bank.calendar_year"));
        // calendar_day_pkey
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select day, works, is_estimate from bank.calendar_day where day >= $1 order by day")
        {
            Parameters = { new() { Value = from } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var version = reader.GetInt64(0);
        await reader.NextResultAsync(cancellationToken);
        var years = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
            years.Add(reader.GetInt32(0));
        await reader.NextResultAsync(cancellationToken);
        var days = new Dictionary<DateOnly, bool>();
        DateOnly? estimate = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            var day = reader.GetFieldValue<DateOnly>(0);
            days.Add(day, reader.GetBoolean(1));
            if (reader.GetBoolean(2))
                estimate ??= day;
        }

        return new BankCalendar(years, days, version, estimate);
    }

    /// <summary>Which years are loaded, in their order.</summary>
    public async Task<IReadOnlyList<int>> ListYearsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select year from bank.calendar_year order by year");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var years = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
            years.Add(reader.GetInt32(0));
        return years;
    }

    public async Task<IReadOnlyList<CalendarDay>> ListDaysAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ListDaysAsync(connection, from, to, cancellationToken);
    }

    /// <summary>What a change of a day depends on: the business date, the years that are known, and the days around it.</summary>
    public async Task<CalendarUnderChange> ReadForChangeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReadForChangeAsync(connection, day, cancellationToken);
    }

    /// <summary>The same under the lock of the calendar, with the request that changed the day last; zero for none.</summary>
    public static async Task<(CalendarUnderChange State, long Version)> LockAsync(
        NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select bank.lock_calendar($1)", connection) { Parameters = { new() { Value = day } } };
        var version = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return (await ReadForChangeAsync(connection, day, cancellationToken), version);
    }

    /// <exception cref="PostgresException">BK012: one of its days cannot be changed any more.</exception>
    public static async Task ChangeAsync(NpgsqlConnection connection, long confirmedApproval, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select bank.change_calendar($1)", connection)
        {
            Parameters = { new() { Value = confirmedApproval } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>Whether the year was not there.</returns>
    public async Task<bool> LoadYearAsync(int year, CancellationToken cancellationToken)
    {
        var holidays = AlbanianHolidays.Of(year);
        await using var command = database.CreateCommand("select bank.load_calendar_year($1, $2, $3, $4, $5)");
        command.Parameters.Add(new() { Value = year });
        command.Parameters.Add(new() { Value = holidays.Select(holiday => holiday.Day).ToArray() });
        command.Parameters.Add(new() { Value = holidays.Select(holiday => holiday.Name).ToArray() });
        command.Parameters.Add(new() { Value = holidays.Select(holiday => holiday.IsEstimate).ToArray() });
        command.Parameters.Add(new() { Value = AlbanianHolidays.Source });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<CalendarUnderChange> ReadForChangeAsync(
        NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        DateOnly businessDate;
        var years = new HashSet<int>();
        await using (var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("select business_date from bank.business_day"), new("select year from bank.calendar_year") },
        })
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            businessDate = reader.GetFieldValue<DateOnly>(0);
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                years.Add(reader.GetInt32(0));
        }

        var days = await ListDaysAsync(
            connection, CalendarRules.Shift(day, -CalendarRules.DaysAround), CalendarRules.Shift(day, CalendarRules.DaysAround),
            cancellationToken);
        return new CalendarUnderChange(businessDate, years, days.ToDictionary(one => one.Day));
    }

    private static async Task<IReadOnlyList<CalendarDay>> ListDaysAsync(
        NpgsqlConnection connection, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        // calendar_day_pkey, approval_pkey
        await using var command = new NpgsqlCommand("""
            select d.day, d.works, d.name, d.source, d.is_estimate, p.requested_by, p.decided_by, p.decided_at, p.note
              from bank.calendar_day d
              left join bank.approval p on p.approval_id = d.approval_id
             where d.day between $1 and $2
             order by d.day
            """, connection)
        {
            Parameters = { new() { Value = from }, new() { Value = to } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var days = new List<CalendarDay>();
        while (await reader.ReadAsync(cancellationToken))
        {
            days.Add(new CalendarDay(
                reader.GetFieldValue<DateOnly>(0), reader.GetBoolean(1), reader.GetString(2), reader.GetString(3), reader.GetBoolean(4),
                reader.IsDBNull(5)
                    ? null
                    : new CalendarEntry(
                        new StaffMember(reader.GetString(5)), new StaffMember(reader.GetString(6)),
                        reader.GetFieldValue<DateTimeOffset>(7), reader.GetString(8))));
        }

        return days;
    }
}
