using System.Text.Json;
using BktSmart.Accounts;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Notifications;

/// <summary>
/// The SQL of deliveries to inboxes: positions, news, notifications. What every delivery needs, many inboxes do with one statement: see
/// <see cref="SharedStatement{TItem, TResult}"/>.
/// </summary>
internal sealed class InboxStore
{
    public const int NewsMax = 100;

    private const int InboxesAtOnceMax = 200;

    private readonly NpgsqlDataSource _database;
    private readonly TimeSpan _pushLifetime;
    private readonly OutboxSignal _outbox;
    private readonly SharedStatement<InboxSource, long> _positions;
    private readonly SharedStatement<InboxQuestion, InboxNews<InboxPosting>> _postings;
    private readonly SharedStatement<InboxQuestion, InboxNews<CustomerEvent>> _events;
    private readonly SharedStatement<InboxWrite, bool> _writes;

    public InboxStore(
        NpgsqlDataSource database, IOptions<LedgerEventOptions> options, IOptions<MessageDeliveryOptions> delivery,
        OutboxSignal outbox, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time)
    {
        _database = database;
        _outbox = outbox;
        _pushLifetime = delivery.Value.PushLifetime;
        var interval = options.Value.DeliveryInterval;
        _positions = new(InboxesAtOnceMax, interval, time, ReadPositionsAsync);
        _postings = new(InboxesAtOnceMax, interval, time, ReadPostingsAsync);
        _events = new(InboxesAtOnceMax, interval, time, ReadEventsAsync);
        _writes = new(InboxesAtOnceMax, interval, time, WriteAsync);
    }

    /// <summary>Up to where an inbox was told of a source; zero before the first.</summary>
    public Task<long> ReadPositionAsync(InboxSource source) => _positions.RunAsync(source);

    /// <summary>What was posted to an account.</summary>
    public Task<InboxNews<InboxPosting>> ReadPostingsAsync(InboxQuestion question) => _postings.RunAsync(question);

    /// <summary>The customer's own events.</summary>
    public Task<InboxNews<CustomerEvent>> ReadEventsAsync(InboxQuestion question) => _events.RunAsync(question);

    /// <summary>Stores notifications and moves the position, both or neither.</summary>
    /// <exception cref="InboxMovedException">Another activation was faster.</exception>
    public async Task WriteAsync(InboxWrite write)
    {
        if (!await _writes.RunAsync(write))
            throw new InboxMovedException();
    }

    private async Task<IReadOnlyList<long>> ReadPositionsAsync(IReadOnlyList<InboxSource> sources)
    {
        await using var batch = _database.CreateBatch();
        batch.BatchCommands.Add(new("select bank.open_inbox_positions($1, $2)")
        {
            Parameters = { CustomersOf(sources), IdsOf(sources) },
        });
        // inbox_position_pkey
        batch.BatchCommands.Add(new("""
            select o.place, p.position
              from unnest($1, $2) with ordinality as o (customer_number, source, place)
              join bank.inbox_position p on p.customer_number = o.customer_number and p.source = o.source
            """)
        {
            Parameters = { CustomersOf(sources), IdsOf(sources) },
        });
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        var positions = new long[sources.Count];
        while (await reader.ReadAsync())
            positions[reader.GetInt64(0) - 1] = reader.GetInt64(1);
        return positions;
    }

    private async Task<IReadOnlyList<InboxNews<InboxPosting>>> ReadPostingsAsync(IReadOnlyList<InboxQuestion> questions)
    {
        // customer_pkey; posting_pkey and the rest by primary keys
        await using var command = _database.CreateCommand($"""
            select q.place, owner.language, p.*
              from unnest($1, $2, $3) with ordinality as q (customer, account, after, place)
              join bank.customer owner on owner.customer_number = q.customer
              left join lateral (
                   select a.account_number, {TransactionRows.Columns}
                     from bank.posting p
                     {TransactionRows.Joins}
                    where p.account_id = q.account
                      and p.sequence_number > q.after
                    order by p.sequence_number
                    limit {NewsMax}) p on true
             order by q.place, p.sequence_number
            """);
        AddParameters(command, questions);
        await using var reader = await command.ExecuteReaderAsync();
        return await ReadNewsAsync(reader, questions.Count, ReadPosting);
    }

    private async Task<IReadOnlyList<InboxNews<CustomerEvent>>> ReadEventsAsync(IReadOnlyList<InboxQuestion> questions)
    {
        // customer_pkey, customer_event_pkey
        await using var command = _database.CreateCommand($"""
            select q.place, owner.language, e.*
              from unnest($1, $2, $3) with ordinality as q (customer, source, after, place)
              join bank.customer owner on owner.customer_number = q.customer
              left join lateral (
                   select number, kind, at, detail
                     from bank.customer_event
                    where customer_number = q.customer
                      and number > q.after
                    order by number
                    limit {NewsMax}) e on true
             order by q.place, e.number
            """);
        AddParameters(command, questions);
        await using var reader = await command.ExecuteReaderAsync();
        return await ReadNewsAsync(reader, questions.Count, ReadEvent);
    }

    private static NpgsqlParameter CustomersOf(IEnumerable<InboxSource> sources) =>
        new() { Value = sources.Select(source => source.Customer.Value).ToArray() };

    private static NpgsqlParameter IdsOf(IEnumerable<InboxSource> sources) =>
        new() { Value = sources.Select(source => source.Id).ToArray() };

    private static void AddParameters(NpgsqlCommand command, IReadOnlyList<InboxQuestion> questions)
    {
        command.Parameters.Add(CustomersOf(questions.Select(question => question.Source)));
        command.Parameters.Add(IdsOf(questions.Select(question => question.Source)));
        command.Parameters.Add(new() { Value = questions.Select(question => question.After).ToArray() });
    }

    private static async Task<InboxNews<T>[]> ReadNewsAsync<T>(NpgsqlDataReader reader, int count, Func<NpgsqlDataReader, int, T> read)
    {
        const int FirstOfItem = 2;
        var news = new InboxNews<T>[count];
        while (await reader.ReadAsync())
        {
            var of = news[reader.GetInt64(0) - 1] ??= new InboxNews<T>((Language)reader.GetInt16(1), new List<T>());
            if (!reader.IsDBNull(FirstOfItem))
                ((List<T>)of.Items).Add(read(reader, FirstOfItem));
        }

        return news;
    }

    private static InboxPosting ReadPosting(NpgsqlDataReader reader, int first) =>
        new(Iban.Parse(reader.GetString(first)), TransactionRows.Read(reader, first + 1));

    private static CustomerEvent ReadEvent(NpgsqlDataReader reader, int first) => new(
        reader.GetInt64(first), (CustomerEventKind)reader.GetInt16(first + 1), reader.GetFieldValue<DateTimeOffset>(first + 2),
        JsonSerializer.Deserialize<JsonElement>(reader.GetString(first + 3)));

    private async Task<IReadOnlyList<bool>> WriteAsync(IReadOnlyList<InboxWrite> writes)
    {
        var items = writes.SelectMany((write, i) => write.Items.Select(item => (Inbox: i + 1, item.Number, item.Text))).ToArray();
        await using var command = _database.CreateCommand(
            "select written, pushed from bank.write_inboxes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
        command.Parameters.Add(CustomersOf(writes.Select(write => write.Source)));
        command.Parameters.Add(IdsOf(writes.Select(write => write.Source)));
        command.Parameters.Add(new() { Value = writes.Select(write => write.Known).ToArray() });
        command.Parameters.Add(new() { Value = writes.Select(write => write.Position).ToArray() });
        command.Parameters.Add(new() { Value = items.Select(item => item.Inbox).ToArray() });
        command.Parameters.Add(new() { Value = items.Select(item => item.Number).ToArray() });
        command.Parameters.Add(new() { Value = items.Select(item => (short)item.Text.Category).ToArray() });
        command.Parameters.Add(new() { Value = items.Select(item => item.Text.Title).ToArray() });
        command.Parameters.Add(new() { Value = items.Select(item => item.Text.Body).ToArray() });
        command.Parameters.Add(new() { Value = NotificationText.PushTitle });
        command.Parameters.Add(new() { Value = _pushLifetime });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var written = reader.IsDBNull(0) ? [] : reader.GetFieldValue<int[]>(0).ToHashSet();
        if (reader.GetBoolean(1))
        {
            _outbox.Set(OutboxChannel.AndroidPush);
            _outbox.Set(OutboxChannel.IosPush);
        }

        return [.. Enumerable.Range(1, writes.Count).Select(written.Contains)];
    }
}
