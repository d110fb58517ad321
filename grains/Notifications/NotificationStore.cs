using BktSmart.Customers;
using Npgsql;

namespace BktSmart.Notifications;

/// <summary>The SQL of notifications.</summary>
internal sealed class NotificationStore(NpgsqlDataSource database)
{
    private const string Columns = "number, category, title, body, created_at, read_at";

    /// <summary>The highest sequence number of the account of which the customer was notified; zero for none.</summary>
    public async Task<long> FindLastAsync(CustomerNumber customer, long accountId, CancellationToken cancellationToken)
    {
        // the end of one_per_posting
        await using var command = database.CreateCommand(
            "select coalesce(max(sequence_number), 0) from bank.notification where account_id = $1 and customer_number = $2");
        command.Parameters.Add(new() { Value = accountId });
        command.Parameters.Add(new() { Value = customer.Value });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<Language> FindLanguageAsync(CustomerNumber customer, CancellationToken cancellationToken)
    {
        // customer_pkey
        await using var command = database.CreateCommand("select language from bank.customer where customer_number = $1");
        command.Parameters.Add(new() { Value = customer.Value });
        return (Language)(short)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// Adds notifications under the next numbers, all or none, and gives these numbers. Where there is no device to push to, they are settled from the start. A second writer fails on a key, and its events are delivered
    /// again.
    /// </summary>
    public async Task<IReadOnlyList<long>> AddAsync(
        CustomerNumber customer, long accountId, IReadOnlyList<(long SequenceNumber, NotificationText Text)> items, bool settled, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            insert into bank.notification (customer_number, number, account_id, sequence_number, category, title, body, created_at, push_settled_at)
            select $1,
                   coalesce((select max(number) from bank.notification where customer_number = $1), 0) + i.position,
                   $2, i.sequence_number, i.category, i.title, i.body, $7, case when $8 then $7 end
              from unnest($3, $4, $5, $6) with ordinality as i (sequence_number, category, title, body, position)
            returning number
            """);
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = accountId });
        command.Parameters.Add(new() { Value = items.Select(item => item.SequenceNumber).ToArray() });
        command.Parameters.Add(new() { Value = items.Select(item => (short)item.Text.Category).ToArray() });
        command.Parameters.Add(new() { Value = items.Select(item => item.Text.Title).ToArray() });
        command.Parameters.Add(new() { Value = items.Select(item => item.Text.Body).ToArray() });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = settled });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var numbers = new List<long>(items.Count);
        while (await reader.ReadAsync(cancellationToken))
            numbers.Add(reader.GetInt64(0));
        return numbers;
    }

    public Task<IReadOnlyList<Notification>> ListBeforeAsync(CustomerNumber customer, long before, int count, CancellationToken cancellationToken) =>
        // notification_pkey, backwards
        QueryAsync($"select {Columns} from bank.notification where customer_number = $1 and number < $2 order by number desc limit $3", customer, before, count, cancellationToken);

    public Task<IReadOnlyList<Notification>> ListAfterAsync(CustomerNumber customer, long after, int count, CancellationToken cancellationToken) =>
        // notification_pkey
        QueryAsync($"select {Columns} from bank.notification where customer_number = $1 and number > $2 order by number limit $3", customer, after, count, cancellationToken);

    /// <summary>The newest of what was not pushed yet, oldest first: number and title.</summary>
    public async Task<IReadOnlyList<(long Number, string Title)>> ListUnsettledAsync(CustomerNumber customer, int count, CancellationToken cancellationToken)
    {
        // notification_unsettled
        var found = await QueryAsync(
            $"select {Columns} from bank.notification where customer_number = $1 and number > $2 and push_settled_at is null order by number desc limit $3",
            customer, 0, count, cancellationToken);
        return [.. found.Reverse().Select(notification => (notification.Number, notification.Title))];
    }

    public async Task SettlePushesAsync(CustomerNumber customer, long[] numbers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "update bank.notification set push_settled_at = $3 where customer_number = $1 and number = any($2) and push_settled_at is null");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = numbers });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task MarkReadAsync(CustomerNumber customer, long upTo, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // notification_unread
        await using var command = database.CreateCommand(
            "update bank.notification set read_at = $3 where customer_number = $1 and number <= $2 and read_at is null");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = upTo });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
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
