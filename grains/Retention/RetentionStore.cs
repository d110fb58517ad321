using Npgsql;

namespace BktSmart.Retention;

/// <summary>The SQL of keeping and forgetting: what the silo may forget, functions of the database decide.</summary>
internal sealed class RetentionStore(NpgsqlDataSource database)
{
    /// <summary>A month of rows may have to move, and whether a month has younger rows takes a look at its index.</summary>
    private const int CommandSecondsMax = 60;

    /// <summary>The least age of what may be forgotten, by table.</summary>
    public async Task<IReadOnlyDictionary<string, TimeSpan>> ReadLeastAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select table_name, extract(epoch from kept_min)::float8 from bank.retention");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, TimeSpan>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(reader.GetString(0), TimeSpan.FromSeconds(reader.GetDouble(1)));
        return found;
    }

    /// <summary>Makes the months that a table lacks.</summary>
    public async Task<Partitions> MakePartitionsAsync(string table, int monthsAhead, CancellationToken cancellationToken)
    {
        await using var command = Command("select last_ends_at, default_rows from bank.make_partitions($1, $2)", table, monthsAhead);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Partitions(reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1));
    }

    /// <summary>Drops the oldest month of a table if that is old enough, and gives the name of its partition; else null.</summary>
    public async Task<string?> DropPartitionAsync(string table, TimeSpan kept, CancellationToken cancellationToken)
    {
        await using var command = Command("select bank.drop_partition($1, $2)", table, kept);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>Deletes rows of a table that are old enough, the oldest first, and gives how many.</summary>
    public async Task<int> ForgetRowsAsync(string table, TimeSpan kept, int rowsMax, CancellationToken cancellationToken)
    {
        await using var command = Command("select bank.forget_rows($1, $2, $3)", table, kept, rowsMax);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = database.CreateCommand(sql);
        command.CommandTimeout = CommandSecondsMax;
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
