using Npgsql;

namespace BktSmart.Bench.Peers.Textbook;

/// <summary>
/// One transaction a transfer, in three round trips: begin and lock both accounts in the order of their ids; write everything; commit. The
/// primary key of the transfer makes it happen once: who finds its id taken rolls back and answers what is stored.
/// </summary>
internal sealed class TextbookStore(NpgsqlDataSource database)
{
    public async Task<Outcome?> TransferAsync(
        Guid id, string debitNumber, string creditNumber, long amountMinor, string reference, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            var accounts = await LockAsync(connection, debitNumber, creditNumber, cancellationToken);
            if (accounts.Count < 2)
                return null;
            var (debit, credit) = accounts[0].Number == debitNumber ? (accounts[0], accounts[1]) : (accounts[1], accounts[0]);
            if (debit.Balance - amountMinor < debit.Floor)
                return new Outcome(false, 0, 0, default, default);

            var outcome = new Outcome(
                true, debit.Sequence + 1, debit.Balance - amountMinor, DateTime.UtcNow, DateOnly.FromDateTime(DateTime.UtcNow));
            if (await WriteAsync(connection, id, debit, credit, amountMinor, reference, outcome, cancellationToken))
            {
                await transaction.CommitAsync(cancellationToken);
                return outcome;
            }
        }

        return await FindAsync(connection, id, cancellationToken);
    }

    private static async Task<List<Account>> LockAsync(
        NpgsqlConnection connection, string first, string second, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select account_number, account_id, balance_minor, sequence_number, floor_minor
              from account
             where account_number in ($1, $2)
             order by account_id
               for update
            """, connection) { Parameters = { Value(first), Value(second) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var accounts = new List<Account>(2);
        while (await reader.ReadAsync(cancellationToken))
            accounts.Add(new Account(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        return accounts;
    }

    private static async Task<bool> WriteAsync(
        NpgsqlConnection connection, Guid id, Account debit, Account credit, long amountMinor, string reference, Outcome outcome,
        CancellationToken cancellationToken)
    {
        const string Update = "update account set balance_minor = $2, sequence_number = $3, booked_at = $4 where account_id = $1";
        var creditBalance = checked(credit.Balance + amountMinor);
        var creditSequence = credit.Sequence + 1;
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("""
                    insert into transfer (
                        transfer_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence, booked_at,
                            business_date, kind, reference)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)
                    on conflict (transfer_id) do nothing
                    """)
                {
                    Parameters =
                    {
                        Value(id), Value(debit.Id), Value(credit.Id), Value(amountMinor), Value(outcome.SequenceNumber),
                        Value(creditSequence),
                        Value(outcome.BookedAt), Value(outcome.BusinessDate), Value(reference),
                    },
                },
                new NpgsqlBatchCommand("""
                    insert into posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at,
                        business_date)
                    values ($1, $2, $7, -$10, $3, $8, $9), ($4, $5, $7, $10, $6, $8, $9)
                    """)
                {
                    Parameters =
                    {
                        Value(debit.Id), Value(outcome.SequenceNumber), Value(outcome.BalanceAfterMinor), Value(credit.Id),
                        Value(creditSequence), Value(creditBalance),
                        Value(id), Value(outcome.BookedAt), Value(outcome.BusinessDate), Value(amountMinor),
                    },
                },
                new NpgsqlBatchCommand(Update)
                {
                    Parameters =
                        { Value(debit.Id), Value(outcome.BalanceAfterMinor), Value(outcome.SequenceNumber), Value(outcome.BookedAt) },
                },
                new NpgsqlBatchCommand(
                    Update) { Parameters = { Value(credit.Id), Value(creditBalance), Value(creditSequence), Value(outcome.BookedAt) } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return batch.BatchCommands[0].RecordsAffected == 1;
    }

    private static async Task<Outcome> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select p.sequence_number, p.balance_after_minor, p.booked_at, p.business_date
              from transfer t
              join posting p on p.account_id = t.debit_account_id and p.sequence_number = t.debit_sequence
             where t.transfer_id = $1
            """, connection) { Parameters = { Value(id) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Outcome(true, reader.GetInt64(0), reader.GetInt64(1), reader.GetDateTime(2), reader.GetFieldValue<DateOnly>(3));
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private sealed record Account(string Number, long Id, long Balance, long Sequence, long Floor);
}
