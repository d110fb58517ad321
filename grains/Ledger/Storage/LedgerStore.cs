using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>
/// The SQL of the ledger. <c>bank.post_batch</c> is the only door to its tables, and holds the fences.
///
/// Batches go over connections of their own, which are kept: the pool hands out its connections in turn, and a server process that has not
/// run the function yet would compile and plan it, which takes longer than the batch.
/// </summary>
internal sealed partial class LedgerStore(NpgsqlDataSource database, LedgerIdentity identity, IOptions<LedgerOptions> options)
    : ILedgerDatabase, IAsyncDisposable
{
    private const int KeptConnectionsMax = 2;

    private readonly int _lockWaitMilliseconds = (int)options.Value.LockWaitMax.TotalMilliseconds;

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

    /// <summary>
    /// Blocks while the database works: the answer comes to the writer's own thread, and not through the queue of the pool.
    /// </summary>
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

    /// <exception cref="NothingWrittenException">There is none.</exception>
    private async ValueTask<NpgsqlConnection> TakeAsync(CancellationToken cancellationToken)
    {
        while (_kept.TryPop(out var kept))
        {
            if (kept.FullState == ConnectionState.Open)
                return kept;
            await kept.DisposeAsync();
        }

        try
        {
            return await database.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            throw new NothingWrittenException(exception);
        }
    }

    private async ValueTask GiveBackAsync(NpgsqlConnection connection)
    {
        if (connection.FullState == ConnectionState.Open && _kept.Count < KeptConnectionsMax)
            _kept.Push(connection);
        else
            await connection.DisposeAsync();
    }

    /// <summary>Writes what a batch comes to, under the fences of <c>bank.post_batch</c>; the answer is its booking time.</summary>
    private NpgsqlCommand PostingOf(NpgsqlConnection connection, LedgerWrite write)
    {
        write.RequireBalanced();
        var (accounts, transfers) = (write.Accounts, write.Transfers);
        return new NpgsqlCommand("""
            select bank.post_batch(
                writer_chain => $1,
                decided_date => $2,
                decided_day => $3,
                not_before => $4,
                last_moment => $5,
                lock_wait_ms => $6,
                batch_content_hash => $7,
                accounts => $8,
                transfers => $9,
                further_legs => $10,
                details => $11,
                limits => $12,
                posting_count => $13)
            """, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = write.Chain },
                new NpgsqlParameter<DateOnly> { TypedValue = write.BusinessDate },
                new NpgsqlParameter<DateOnly> { TypedValue = write.Day },
                new NpgsqlParameter<DateTime> { TypedValue = write.NotBefore },
                new NpgsqlParameter<DateTime> { TypedValue = write.LastMoment.UtcDateTime },
                new NpgsqlParameter<int> { TypedValue = _lockWaitMilliseconds },
                new NpgsqlParameter<byte[]> { TypedValue = TransferHash.OfBatch(
                    [.. transfers.Select(transfer => TransferHash.Of(transfer, TransferHash.Version))]).ToArray() },
                new NpgsqlParameter<BatchAccount[]> { TypedValue = [.. accounts.Select(BatchAccount.Of)] },
                new NpgsqlParameter<BatchOrder[]> { TypedValue = [.. transfers.Select(BatchOrder.Of)] },
                new NpgsqlParameter<BatchLeg[]> { TypedValue = [.. transfers.SelectMany(BatchLeg.Of)] },
                new NpgsqlParameter<BatchDetail[]> { TypedValue = [.. transfers.Where(BatchDetail.IsNeeded).Select(BatchDetail.Of)] },
                new NpgsqlParameter<BatchLimit[]> { TypedValue = [.. transfers.SelectMany(BatchLimit.Of)] },
                new NpgsqlParameter<long> { TypedValue = write.PostingCount },
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
            { SqlState: "BK008" } => LedgerFence.OrderTooLate,
            { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "transfer_pkey" } => LedgerFence.TransferDecided,
            _ => null,
        };
        return fence is { } known ? new LedgerFenceException(known, exception) : null;
    }

    private sealed class Transaction(LedgerStore store, NpgsqlConnection connection, NpgsqlTransaction transaction) : ILedgerTransaction
    {
        public async Task<IReadOnlyList<AccountState>> LockAsync(long[] ids, CancellationToken cancellationToken)
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    // Until the end of the transaction.
                    new NpgsqlBatchCommand("select set_config('lock_timeout', $1, true)")
                    {
                        Parameters = { new() { Value = store._lockWaitMilliseconds.ToString(CultureInfo.InvariantCulture) } },
                    },
                    new NpgsqlBatchCommand(KeepColumns),
                    new NpgsqlBatchCommand($"select {AccountColumns} from bank.lock_accounts($1)")
                    {
                        Parameters = { new() { Value = ids } },
                    },
                },
            };
            var seenAt = Stopwatch.GetTimestamp();
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            return await ReadAccountsAsync(reader, seenAt, cancellationToken);
        }

        public Task<LedgerRecord> ReadRecordAsync(
            IReadOnlyList<TransferOrder> orders, DateTime notBefore, CancellationToken cancellationToken) =>
            LedgerStore.ReadRecordAsync(connection, orders, notBefore, cancellationToken);

        public async Task<DateTimeOffset> WriteAsync(LedgerWrite write, CancellationToken cancellationToken)
        {
            await using var command = store.PostingOf(connection, write);
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
