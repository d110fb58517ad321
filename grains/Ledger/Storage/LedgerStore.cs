using System.Collections.Concurrent;
using System.Data;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Ledger;

/// <summary>
/// The SQL of the ledger. <c>bank.post_batch</c> is the only door to its tables, and holds the fences.
///
/// Batches go over connections of their own, which are kept: the pool hands out its connections in turn, and a server process that has not run the function
/// yet would compile and plan it, which takes longer than the batch.
/// </summary>
internal sealed partial class LedgerStore(NpgsqlDataSource database, LedgerIdentity identity) : ILedgerDatabase, IAsyncDisposable
{
    private const int KeptConnectionsMax = 2;

    private readonly ConcurrentStack<NpgsqlConnection> _kept = new();

    public async Task<int> OpenChainAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select bank.open_chain($1, $2)");
        command.Parameters.Add(new() { Value = identity.Silo });
        command.Parameters.Add(new() { Value = TransferHash.Version });
        try
        {
            return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (PostgresException exception) when (FenceOf(exception) is { } fence)
        {
            throw fence;
        }
    }

    /// <summary>When this returns, none of these silos can book any more.</summary>
    public async Task EndSilosAsync(IReadOnlyCollection<string> silos, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select bank.end_silos($1)");
        command.Parameters.Add(new() { Value = silos.ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Blocks while the database works: the answer comes to the writer's own thread, and not through the queue of the pool.</summary>
    public async Task<DateTimeOffset> PostAsync(LedgerWrite write, CancellationToken cancellationToken)
    {
        var connection = await TakeAsync(cancellationToken);
        try
        {
            await using var command = PostingOf(connection, write);
            await using (cancellationToken.Register(command.Cancel))
            {
                cancellationToken.ThrowIfCancellationRequested();
                return BookedAt(command.ExecuteScalar());
            }
        }
        catch (PostgresException exception) when (FenceOf(exception) is { } fence)
        {
            throw fence;
        }
        finally
        {
            await GiveBackAsync(connection);
        }
    }

    public async Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        var connection = await TakeAsync(cancellationToken);
        try
        {
            return new Transaction(this, connection, await connection.BeginTransactionAsync(cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_kept.TryPop(out var connection))
            await connection.DisposeAsync();
    }

    private async ValueTask<NpgsqlConnection> TakeAsync(CancellationToken cancellationToken)
    {
        while (_kept.TryPop(out var kept))
        {
            if (kept.FullState == ConnectionState.Open)
                return kept;
            await kept.DisposeAsync();
        }

        return await database.OpenConnectionAsync(cancellationToken);
    }

    private async ValueTask GiveBackAsync(NpgsqlConnection connection)
    {
        if (connection.FullState == ConnectionState.Open && _kept.Count < KeptConnectionsMax)
            _kept.Push(connection);
        else
            await connection.DisposeAsync();
    }

    /// <summary>Writes what a batch comes to, under the fences of <c>bank.post_batch</c>; the answer is its booking time.</summary>
    private static NpgsqlCommand PostingOf(NpgsqlConnection connection, LedgerWrite write)
    {
        var (touched, transfers) = (write.Accounts, write.Transfers);
        var moved = touched.Where(account => account.Before.CustomerNumber is not null && account.SequenceNumber > account.Before.SequenceNumber).ToArray();
        return new NpgsqlCommand("""
            select bank.post_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28,
                $29, $30, $31, $32, $33, $34, $35)
            """, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = write.Chain },
                new NpgsqlParameter<DateOnly> { TypedValue = write.BusinessDate },
                new NpgsqlParameter<DateTime> { TypedValue = touched.Max(account => account.Before.BookedAt) },
                new NpgsqlParameter<byte[]> { TypedValue = TransferHash.OfBatch([.. transfers.Select(transfer => TransferHash.Of(transfer, TransferHash.Version))]).ToArray() },
                Array(touched, account => account.Id),
                Array(touched, account => account.Before.Version),
                Array(touched, account => account.BalanceMinor),
                Array(touched, account => account.SequenceNumber),
                Array(touched, account => account.HeldMinor),
                Array(transfers, transfer => transfer.Id.Value),
                Array(transfers, transfer => (short)transfer.Order.Kind),
                Array(transfers, transfer => transfer.Order.DebitAccountId),
                Array(transfers, transfer => transfer.Order.CreditAccountId!.Value),
                Array(transfers, transfer => transfer.Order.Amount.Minor),
                Array(transfers, transfer => transfer.HasPostings ? transfer.First.DebitSequence : (long?)null),
                Array(transfers, transfer => transfer.HasPostings ? transfer.First.CreditSequence : (long?)null),
                Array(transfers, transfer => transfer.First.DebitBalanceAfter),
                Array(transfers, transfer => transfer.First.CreditBalanceAfter),
                Array(transfers, transfer => transfer.First.DebitHeldAfter),
                Array(transfers, transfer => transfer.First.CreditHeldAfter),
                Array(transfers, transfer => (short?)transfer.Refusal),
                Array(transfers, transfer => transfer.Order.Reference),
                new() { Value = transfers.Select(transfer => transfer.Order.Staff).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                Array(moved, account => account.Before.CustomerNumber!.Value),
                Array(moved, account => account.Id),
                Array(moved, account => account.SequenceNumber),
                Json(transfers.SelectMany(FurtherLegs)),
                Json(transfers.Where(HasDetail).Select(Detail)),
                new NpgsqlParameter<DateOnly> { TypedValue = write.Day },
                Array(touched, account => account.Paid.Day),
                Array(touched, account => account.Paid.DayMinor),
                Array(touched, account => account.Paid.MonthMinor),
                Array(touched, account => account.Paid.UnconfirmedCount),
                Array(touched, account => account.Paid.UnconfirmedMinor),
                Array(transfers, transfer => (short?)transfer.Approval),
            },
        };
    }

    private static DateTimeOffset BookedAt(object? answer) => new((DateTime)answer!);

    private static LedgerFenceException? FenceOf(PostgresException exception)
    {
        LedgerFence? fence = exception switch
        {
            { SqlState: "BK001" } => LedgerFence.BusinessDateChanged,
            { SqlState: "BK002" } => LedgerFence.AccountChanged,
            { SqlState: "BK003" } => LedgerFence.SiloEnded,
            { SqlState: "BK004" } => LedgerFence.DayChanged,
            { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "transfer_pkey" } => LedgerFence.TransferDecided,
            _ => null,
        };
        return fence is { } known ? new LedgerFenceException(known, exception) : null;
    }

    private static IEnumerable<object> FurtherLegs(RecordedTransfer transfer)
    {
        for (var i = 0; i < transfer.Order.FurtherLegs.Length; i++)
        {
            var leg = transfer.Order.FurtherLegs[i];
            LegEffect? effect = i < transfer.Further.Length ? transfer.Further[i] : null;
            yield return new
            {
                transfer_id = transfer.Id.Value,
                number = i + 2,
                debit = leg.DebitAccountId,
                credit = leg.CreditAccountId,
                amount = leg.Amount.Minor,
                debit_sequence = effect?.DebitSequence,
                credit_sequence = effect?.CreditSequence,
                debit_balance = effect?.DebitBalanceAfter,
                credit_balance = effect?.CreditBalanceAfter,
                debit_held = effect?.DebitHeldAfter,
                credit_held = effect?.CreditHeldAfter,
            };
        }
    }

    private static bool HasDetail(RecordedTransfer transfer) =>
        transfer.Order is { RelatedId: not null } or { ExpiresAt: not null } or { ExchangeRate: not null } || transfer.RefusedLeg is not null;

    private static object Detail(RecordedTransfer transfer) => new
    {
        transfer_id = transfer.Id.Value,
        related_id = transfer.Order.RelatedId?.Value,
        settles = transfer.Settles,
        expires_at = transfer.Order.ExpiresAt?.UtcDateTime,
        exchange_rate = transfer.Order.ExchangeRate,
        sequence_number = transfer.Standing?.SequenceNumber,
        balance_after_minor = transfer.Standing?.BalanceMinor,
        held_after_minor = transfer.Standing?.HeldMinor,
        refused_leg = transfer.RefusedLeg,
    };

    private static NpgsqlParameter Json(IEnumerable<object> rows)
    {
        var all = rows.ToArray();
        return new NpgsqlParameter { Value = all.Length == 0 ? DBNull.Value : JsonSerializer.Serialize(all), NpgsqlDbType = NpgsqlDbType.Jsonb };
    }

    private static NpgsqlParameter<TValue[]> Array<TItem, TValue>(IReadOnlyList<TItem> items, Func<TItem, TValue> value)
    {
        var values = new TValue[items.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(items[i]);
        return new NpgsqlParameter<TValue[]> { TypedValue = values };
    }

    private sealed class Transaction(LedgerStore store, NpgsqlConnection connection, NpgsqlTransaction transaction) : ILedgerTransaction
    {
        public async Task<IReadOnlyList<AccountState>> LockAsync(long[] ids, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand($"select {AccountColumns} from bank.lock_accounts($1)", connection) { Parameters = { new() { Value = ids } } };
            return await ReadAccountsAsync(command, cancellationToken);
        }

        public Task<LedgerRecord> ReadRecordAsync(IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken) =>
            LedgerStore.ReadRecordAsync(connection, orders, cancellationToken);

        public async Task<DateTimeOffset> WriteAsync(LedgerWrite write, CancellationToken cancellationToken)
        {
            await using var command = PostingOf(connection, write);
            try
            {
                return BookedAt(await command.ExecuteScalarAsync(cancellationToken));
            }
            catch (PostgresException exception) when (FenceOf(exception) is { } fence)
            {
                throw fence;
            }
        }

        public Task CommitAsync(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await store.GiveBackAsync(connection);
        }
    }
}
