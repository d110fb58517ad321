using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>The SQL of events: what still has to be delivered. The queues of a silo share statements.</summary>
internal sealed class LedgerEventStore
{
    private const int DeletionsAtOnceMax = 64;

    private readonly NpgsqlDataSource _database;
    private readonly LedgerEventOptions _options;
    private readonly SharedStatement<EventQuestion, IReadOnlyList<ReadRow>> _reads;
    private readonly SharedStatement<IReadOnlyList<EventRow>, long> _deletions;

    public LedgerEventStore(
        NpgsqlDataSource database, IOptions<LedgerEventOptions> options,
        [FromKeyedServices(BackgroundTime.Key)] TimeProvider time)
    {
        _database = database;
        _options = options.Value;
        _reads = new(LedgerEventQueues.Count, _options.ReadInterval, time, ReadAsync);
        _deletions = new(DeletionsAtOnceMax, _options.DeliveryInterval, time, FinishAsync);
    }

    /// <summary>Rows with one event for each account, the customers' own events first, then the oldest.</summary>
    public Task<IReadOnlyList<ReadRow>> ReadAsync(EventQuestion question) => _reads.RunAsync(question);

    /// <summary>
    /// Deletes rows that are done with. What an inbox was not told of is set aside. Gives how many events were, of all rows that shared the
    /// statement. The commit does not wait for the disk: what a crash of the server forgets is delivered once more, and nothing is deleted
    /// before what its delivery stored, because that was committed earlier.
    /// </summary>
    public Task<long> FinishAsync(IReadOnlyList<EventRow> rows) => _deletions.RunAsync(rows);

    /// <summary>Lets come again what was set aside and is due, and gives how much did.</summary>
    public async Task<long> ReplayAsync(int countMax, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand("select bank.replay_events($1, $2, $3)");
        command.Parameters.Add(new() { Value = countMax });
        command.Parameters.Add(new() { Value = _options.RedeliveryDelay });
        command.Parameters.Add(new() { Value = _options.RedeliveryDelayMax });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>How many events are set aside.</summary>
    public async Task<long> CountSetAsideAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand("select count(*) from bank.event_set_aside");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<IReadOnlyList<IReadOnlyList<ReadRow>>> ReadAsync(IReadOnlyList<EventQuestion> questions)
    {
        // event_pkey; event ids are of one sequence for all queues
        await using var command = _database.CreateCommand("""
            select q.place, e.queue, e.event_id, coalesce(clock_timestamp() - e.written_at, '0'::interval), u.customer_number, u.account_id,
                   u.sequence_number
              from unnest($1, $2) with ordinality as q (lane, rows_max, place)
             cross join lateral (
                   select *
                     from bank.event
                    where queue = q.lane
                      and event_id <> all($3)
                    order by event_id
                    limit q.rows_max) e
             cross join unnest(e.customer_numbers, e.account_ids, e.sequence_numbers) as u (customer_number, account_id, sequence_number)
             order by q.place, e.event_id
            """);
        var lanes = questions.SelectMany(question => LedgerEventQueues.LanesOf(question.Queue)).ToArray();
        command.Parameters.Add(new() { Value = lanes });
        command.Parameters.Add(new() { Value = questions.SelectMany(question => Twice(question.RowsMax)).ToArray() });
        command.Parameters.Add(new() { Value = questions.SelectMany(question => question.Except).ToArray() });

        await using var reader = await command.ExecuteReaderAsync();
        var rows = questions.Select(_ => new List<ReadRow>()).ToArray();
        while (await reader.ReadAsync())
        {
            var of = rows[(reader.GetInt64(0) - 1) / 2];
            var row = new EventRow(reader.GetInt16(1), reader.GetInt64(2));
            if (of.Count == 0 || of[^1].Row != row)
                of.Add(new ReadRow(row, reader.GetTimeSpan(3), []));
            var (account, number) = (reader.GetInt64(5), reader.GetInt64(6));
            of[^1].Events.Add(new TransactionPosted(
                row.Id, CustomerNumber.From(reader.GetInt32(4)), account, account == 0 ? 0 : number, account == 0 ? number : 0));
        }

        return rows;
    }

    private static int[] Twice(int number) => [number, number];

    private async Task<IReadOnlyList<long>> FinishAsync(IReadOnlyList<IReadOnlyList<EventRow>> done)
    {
        // Two silos that read one queue for a moment delete in the same order.
        var ended = done.SelectMany(rows => rows).OrderBy(row => row.Id).ToArray();
        // Both run in the one implicit transaction of the batch, and the setting ends with it.
        await using var batch = _database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select bank.finish_events($1, $2, $3)")
        {
            Parameters =
            {
                new() { Value = ended.Select(row => row.Lane).ToArray() },
                new() { Value = ended.Select(row => row.Id).ToArray() },
                new() { Value = _options.RedeliveryDelay },
            },
        });
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var setAside = reader.GetInt64(0);
        return [.. done.Select(_ => setAside)];
    }
}
