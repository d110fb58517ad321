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
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select day, works from bank.calendar_day where day >= $1")
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
        while (await reader.ReadAsync(cancellationToken))
            days.Add(reader.GetFieldValue<DateOnly>(0), reader.GetBoolean(1));
        return new BankCalendar(years, days, version);
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
}
