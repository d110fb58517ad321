using Npgsql;

namespace BktSmart.Notifications;

/// <summary>The SQL of notifications as the customer sees them.</summary>
internal sealed class NotificationStore(NpgsqlDataSource database)
{
    private const string Columns = "number, category, title, body, created_at, read_at";

    public Task<IReadOnlyList<Notification>> ListBeforeAsync(
        CustomerNumber customer, long before, int count, CancellationToken cancellationToken) =>
        // notification_pkey, backwards
        QueryAsync(
            $"select {Columns} from bank.notification where customer_number = $1 and number < $2 order by number desc limit $3", customer,
            before, count, cancellationToken);

    public Task<IReadOnlyList<Notification>> ListAfterAsync(
        CustomerNumber customer, long after, int count, CancellationToken cancellationToken) =>
        // notification_pkey
        QueryAsync(
            $"select {Columns} from bank.notification where customer_number = $1 and number > $2 order by number limit $3", customer, after,
            count, cancellationToken);

    public async Task MarkReadAsync(CustomerNumber customer, long upTo, CancellationToken cancellationToken)
    {
        // notification_unread
        await using var command = database.CreateCommand(
            "update bank.notification set read_at = clock_timestamp() where customer_number = $1 and number <= $2 and read_at is null");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = upTo });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<int> CountUnreadAsync(CustomerNumber customer, CancellationToken cancellationToken)
    {
        // notification_unread
        await using var command = database.CreateCommand(
            "select count(*)::integer from bank.notification where customer_number = $1 and read_at is null");
        command.Parameters.Add(new() { Value = customer.Value });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<IReadOnlyList<Notification>> QueryAsync(
        string sql, CustomerNumber customer, long number, int count, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = number });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Notification>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new Notification(
                reader.GetInt64(0),
                (NotificationCategory)reader.GetInt16(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetFieldValue<DateTimeOffset>(4),
                await reader.IsDBNullAsync(5, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return found;
    }
}
