using BktSmart.Accounts;
using BktSmart.Ledger;
using BktSmart.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Notifications;

/// <summary>
/// The SQL of notifications. What every delivery needs, many inboxes do with one statement: see <see cref="SharedStatement{TItem,
/// TResult}"/>.
/// </summary>
internal sealed class NotificationStore
{
    public const int PostedMax = 100;

    private const string Columns = "number, category, title, body, created_at, read_at";
    private const int InboxesAtOnceMax = 100;

    private readonly NpgsqlDataSource _database;
    private readonly SharedStatement<InboxQuestion, InboxNews> _news;
    private readonly SharedStatement<InboxEntries, IReadOnlyList<long>> _entries;

    public NotificationStore(
        NpgsqlDataSource database, IOptions<LedgerEventOptions> options, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time)
    {
        _database = database;
        _news = new(InboxesAtOnceMax, options.Value.DeliveryInterval, time, ReadNewsAsync);
        _entries = new(InboxesAtOnceMax, options.Value.DeliveryInterval, time, AddAsync);
    }

    public Task<InboxNews> ReadNewsAsync(InboxQuestion question) => _news.RunAsync(question);

    /// <summary>
    /// Adds notifications under the next numbers, all of an account or none, and gives these numbers. A second writer fails on a key, and
    /// its events are delivered again.
    /// </summary>
    public Task<IReadOnlyList<long>> AddAsync(InboxEntries entries) => _entries.RunAsync(entries);

    private async Task<IReadOnlyList<InboxNews>> ReadNewsAsync(IReadOnlyList<InboxQuestion> questions)
    {
        // customer_pkey; bank.push_device; notification_unsettled; the end of one_per_posting; posting_pkey and the rest by primary keys
        await using var command = _database.CreateCommand($"""
            select q.position, c.language, n.after,
                   q.after is null
                       and exists (select from bank.notification where customer_number = q.customer and push_settled_at is null),
                   d.device_id, d.platform, d.push_token, p.*
              from unnest($1, $2, $3) with ordinality as q (customer, account, after, position)
              join bank.customer c on c.customer_number = q.customer
              left join lateral bank.push_device(q.customer) d on true
             cross join lateral (
                   select coalesce(q.after, (
                          select max(sequence_number) from bank.notification
                              where account_id = q.account and customer_number = q.customer), 0) as after) n
              left join lateral (
                   select {TransactionRows.Columns}
                     from bank.posting p
                     {TransactionRows.Joins}
                    where p.account_id = q.account
                      and p.sequence_number > n.after
                    order by p.sequence_number
                    limit {PostedMax}) p on true
             order by q.position, p.sequence_number
            """);
        command.Parameters.Add(new() { Value = questions.Select(question => question.Customer.Value).ToArray() });
        command.Parameters.Add(new() { Value = questions.Select(question => question.AccountId).ToArray() });
        command.Parameters.Add(new() { Value = questions.Select(question => question.After).ToArray() });

        await using var reader = await command.ExecuteReaderAsync();
        var news = new InboxNews[questions.Count];
        while (await reader.ReadAsync())
        {
            var position = (int)reader.GetInt64(0) - 1;
            var posted = (List<Transaction>)(news[position] ??= new InboxNews(
                reader.GetInt64(2), (Language)reader.GetInt16(1), ReadTarget(reader, 4), reader.GetBoolean(3), new List<Transaction>()))
                    .Posted;
            if (!reader.IsDBNull(7))
                posted.Add(TransactionRows.Read(reader, 7));
        }

        return news;
    }

    private static PushTarget? ReadTarget(NpgsqlDataReader reader, int first) => reader.IsDBNull(first)
        ? null
        : new PushTarget(reader.GetGuid(first), (DevicePlatform)reader.GetInt16(first + 1), new Secret(reader.GetString(first + 2)));

    private async Task<IReadOnlyList<IReadOnlyList<long>>> AddAsync(IReadOnlyList<InboxEntries> inboxes)
    {
        var rows = inboxes.SelectMany(
            entries => entries.Items.Select(item => (Entries: entries, item.SequenceNumber, item.Text))).ToArray();
        await using var command = _database.CreateCommand("""
            insert into bank.notification (customer_number, number, account_id, sequence_number, category, title, body, created_at,
                push_settled_at)
            select i.customer,
                   coalesce((select max(number) from bank.notification where customer_number = i.customer), 0)
                       + row_number() over (partition by i.customer order by i.position),
                   i.account, i.sequence_number, i.category, i.title, i.body, i.at, case when i.settled then i.at end
              from unnest($1, $2, $3, $4, $5, $6, $7, $8) with ordinality as i (customer, account, sequence_number, category, title, body,
                  at, settled, position)
             order by i.position
            returning number, account_id, sequence_number
            """);
        command.Parameters.Add(new() { Value = rows.Select(row => row.Entries.Customer.Value).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Entries.AccountId).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.SequenceNumber).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => (short)row.Text.Category).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Text.Title).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Text.Body).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Entries.At.UtcDateTime).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(row => row.Entries.Settled).ToArray() });

        await using var reader = await command.ExecuteReaderAsync();
        var numbers = new Dictionary<(long AccountId, long SequenceNumber), long>(rows.Length);
        while (await reader.ReadAsync())
            numbers.Add((reader.GetInt64(1), reader.GetInt64(2)), reader.GetInt64(0));
        return [.. inboxes.Select(entries => entries.Items.Select(item => numbers[(entries.AccountId, item.SequenceNumber)]).ToArray())];
    }

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

    /// <summary>The newest of what was not pushed yet, oldest first: number and title.</summary>
    public async Task<IReadOnlyList<(long Number, string Title)>> ListUnsettledAsync(
        CustomerNumber customer, int count, CancellationToken cancellationToken)
    {
        // notification_unsettled
        var found = await QueryAsync(
            $"select {Columns} from bank.notification where customer_number = $1 and number > $2 and push_settled_at is null order by "
                + "number desc limit $3",
            customer, 0, count, cancellationToken);
        return [.. found.Reverse().Select(notification => (notification.Number, notification.Title))];
    }

    public async Task SettlePushesAsync(CustomerNumber customer, long[] numbers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            "update bank.notification set push_settled_at = $3 where customer_number = $1 and number = any($2) and push_settled_at is "
                + "null");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = numbers });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task MarkReadAsync(CustomerNumber customer, long upTo, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // notification_unread
        await using var command = _database.CreateCommand(
            "update bank.notification set read_at = $3 where customer_number = $1 and number <= $2 and read_at is null");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = upTo });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<int> CountUnreadAsync(CustomerNumber customer, CancellationToken cancellationToken)
    {
        // notification_unread
        await using var command = _database.CreateCommand(
            "select count(*)::integer from bank.notification where customer_number = $1 and read_at is null");
        command.Parameters.Add(new() { Value = customer.Value });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<IReadOnlyList<Notification>> QueryAsync(
        string sql, CustomerNumber customer, long number, int count, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
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
