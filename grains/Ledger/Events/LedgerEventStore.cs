using BktSmart.Accounts;
using BktSmart.Customers;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>The SQL of events: what still has to be delivered.</summary>
internal sealed class LedgerEventStore(NpgsqlDataSource database)
{
    /// <summary>The oldest rows of a queue, without those that are named: one event for each account of a row.</summary>
    public async Task<IReadOnlyList<TransactionPosted>> ReadAsync(int queue, long[] except, int rows, CancellationToken cancellationToken)
    {
        // event_pkey, account_pkey
        await using var command = database.CreateCommand("""
            select e.event_id, u.customer_number, a.account_number, u.account_id, u.sequence_number
              from (select *
                      from bank.event
                     where queue = $1
                       and event_id <> all($2)
                     order by event_id
                     limit $3) e
             cross join unnest(e.customer_numbers, e.account_ids, e.sequence_numbers) as u (customer_number, account_id, sequence_number)
              join bank.account a on a.account_id = u.account_id
             order by e.event_id
            """);
        command.Parameters.Add(new() { Value = (short)queue });
        command.Parameters.Add(new() { Value = except });
        command.Parameters.Add(new() { Value = rows });

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<TransactionPosted>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new TransactionPosted(
                reader.GetInt64(0), CustomerNumber.From(reader.GetInt32(1)), Iban.Parse(reader.GetString(2)), reader.GetInt64(3), reader.GetInt64(4)));
        }

        return events;
    }

    /// <summary>
    /// Deletes rows that were delivered, if the notification of each of their events stands, and gives those that it deleted. The commit does not wait for the disk: a deletion that a crash of
    /// the server forgets is an event that is delivered once more, and nothing is deleted before what its delivery stored, because that was committed earlier.
    /// </summary>
    public async Task<IReadOnlyList<long>> DeleteAsync(int queue, long[] eventIds, CancellationToken cancellationToken)
    {
        // Both run in the one implicit transaction of the batch, and the setting ends with it.
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
        // event_pkey, one_per_posting
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            delete from bank.event e
             where e.queue = $1
               and e.event_id = any($2)
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
            Parameters = { new() { Value = (short)queue }, new() { Value = eventIds } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var deleted = new List<long>(eventIds.Length);
        while (await reader.ReadAsync(cancellationToken))
            deleted.Add(reader.GetInt64(0));
        return deleted;
    }
}
