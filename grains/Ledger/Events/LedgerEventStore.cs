using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>The SQL of events: what still has to be delivered. The queues of a silo share statements.</summary>
internal sealed class LedgerEventStore
{
    private readonly NpgsqlDataSource _database;
    private readonly SharedStatement<EventQuestion, IReadOnlyList<TransactionPosted>> _reads;
    private readonly SharedStatement<DeliveredEvents, IReadOnlyList<long>> _deletions;

    public LedgerEventStore(
        NpgsqlDataSource database, IOptions<LedgerEventOptions> options, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time)
    {
        _database = database;
        _reads = new(LedgerEventQueues.Count, options.Value.ReadInterval, time, ReadAsync);
        _deletions = new(LedgerEventQueues.Count, options.Value.DeliveryInterval, time, DeleteAsync);
    }

    /// <summary>One event for each account of a row, the oldest rows first.</summary>
    public Task<IReadOnlyList<TransactionPosted>> ReadAsync(EventQuestion question) => _reads.RunAsync(question);

    /// <summary>
    /// Deletes rows that were delivered, if the notification of each of their events stands, and gives those that it deleted. The commit
    /// does not wait for the disk: a deletion that a crash of the server forgets is an event that is delivered once more, and nothing is
    /// deleted before what its delivery stored, because that was committed earlier.
    /// </summary>
    public Task<IReadOnlyList<long>> DeleteAsync(DeliveredEvents delivered) => _deletions.RunAsync(delivered);

    private async Task<IReadOnlyList<IReadOnlyList<TransactionPosted>>> ReadAsync(IReadOnlyList<EventQuestion> questions)
    {
        // event_pkey, account_pkey; event ids are of one sequence for all queues
        await using var command = _database.CreateCommand("""
            select q.position, e.event_id, u.customer_number, a.account_number, u.account_id, u.sequence_number
              from unnest($1, $2) with ordinality as q (queue, rows_max, position)
             cross join lateral (
                   select *
                     from bank.event
                    where queue = q.queue
                      and event_id <> all($3)
                    order by event_id
                    limit q.rows_max) e
             cross join unnest(e.customer_numbers, e.account_ids, e.sequence_numbers) as u (customer_number, account_id, sequence_number)
              join bank.account a on a.account_id = u.account_id
             order by q.position, e.event_id
            """);
        command.Parameters.Add(new() { Value = questions.Select(question => question.Queue).ToArray() });
        command.Parameters.Add(new() { Value = questions.Select(question => question.RowsMax).ToArray() });
        command.Parameters.Add(new() { Value = questions.SelectMany(question => question.Except).ToArray() });

        await using var reader = await command.ExecuteReaderAsync();
        var events = questions.Select(_ => new List<TransactionPosted>()).ToArray();
        while (await reader.ReadAsync())
        {
            events[reader.GetInt64(0) - 1].Add(new TransactionPosted(
                reader.GetInt64(1), CustomerNumber.From(reader.GetInt32(2)), Iban.Parse(reader.GetString(3)), reader.GetInt64(4),
                reader.GetInt64(5)));
        }

        return events;
    }

    private async Task<IReadOnlyList<IReadOnlyList<long>>> DeleteAsync(IReadOnlyList<DeliveredEvents> delivered)
    {
        var rows = delivered.SelectMany(of => of.EventIds.Select(id => (of.Queue, Id: id))).ToArray();
        // Both run in the one implicit transaction of the batch, and the setting ends with it.
        await using var batch = _database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
        // event_pkey, one_per_posting
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            delete from bank.event e
             using unnest($1, $2) as d (queue, event_id)
             where e.queue = d.queue
               and e.event_id = d.event_id
               and not exists (
                   select
                     from unnest(e.customer_numbers, e.account_ids, e.sequence_numbers) as u (customer_number, account_id, sequence_number)
                    where not exists (
                          select
                            from bank.notification n
                           where n.account_id = u.account_id
                             and n.sequence_number = u.sequence_number
                             and n.customer_number = u.customer_number))
            returning e.event_id
            """)
        {
            Parameters =
                { new() { Value = rows.Select(row => row.Queue).ToArray() }, new() { Value = rows.Select(row => row.Id).ToArray() } },
        });
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        var deleted = new HashSet<long>(rows.Length);
        while (await reader.ReadAsync())
            deleted.Add(reader.GetInt64(0));
        return [.. delivered.Select(of => of.EventIds.Where(deleted.Contains).ToArray())];
    }
}
