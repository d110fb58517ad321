using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>What one invariant came to.</summary>
/// <param name="Violations">Where it does not hold; at most <see cref="LedgerVerifier.ViolationsPerInvariantMax"/>.</param>
internal sealed record VerifiedInvariant(string Name, TimeSpan Took, IReadOnlyList<string> Violations);

/// <summary>What a walk over the ledger found.</summary>
/// <param name="Whole">Whether it was the whole ledger, or what came since the last proof.</param>
internal sealed record VerificationReport(bool Whole, TimeSpan Took, long Batches, long Transfers, long Postings, long Accounts, IReadOnlyList<VerifiedInvariant> Invariants)
{
    public IReadOnlyList<string> Violations =>
        [.. Invariants.SelectMany(invariant => invariant.Violations.Select(place => $"violated: {invariant.Name}: {place}"))];
}

/// <summary>
/// Proves the ledger's invariants from the rows alone, in one snapshot that several connections share. Of the code that wrote them it shares only
/// <see cref="TransferHash"/>, which says what a hash is taken over.
///
/// What is said of every row, or of every row and its neighbour, would cost a sort or a join of the whole ledger. It is proven by fingerprints instead: both sides of an equality of
/// sets are summed up as 64-bit hashes of their members, in one pass over each table. That every balance follows from the one before, for example, says that the
/// set of (account, number, balance) and the set of (account, number before, balance less amount) differ by the account's start and end alone, so the sums differ by those of the
/// accounts' rows. Two sums that should be equal and are not prove a violation; two that are equal leave a chance of 2^-64 for one by accident. Against intent stands the chain of
/// SHA-256 hashes. Where sums differ, a search by sort and join names the rows.
/// </summary>
internal sealed partial class LedgerVerifier(NpgsqlDataSource database)
{
    public const int ViolationsPerInvariantMax = 20;

    /// <summary>Connections that share the work, besides the one that holds the snapshot.</summary>
    private static readonly int ConnectionsMax = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Proves the whole ledger, and notes how far it got if there is no violation.</summary>
    public Task<VerificationReport> VerifyAsync(CancellationToken cancellationToken) => VerifyAsync(whole: true, cancellationToken);

    /// <summary>Proves what came since the last proof; the whole ledger where there was none.</summary>
    public Task<VerificationReport> VerifyNewAsync(CancellationToken cancellationToken) => VerifyAsync(whole: false, cancellationToken);

    private async Task<VerificationReport> VerifyAsync(bool whole, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        // One snapshot for all of it: the ledger goes on meanwhile.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await BeginAsync(connection, snapshot: null, cancellationToken);
        whole |= !await ReadAsync<bool>(connection, "select exists (select from bank.verification)", cancellationToken);
        var snapshot = await ReadAsync<string>(connection, "select pg_export_snapshot()", cancellationToken);

        var batches = await ReadBatchesAsync(connection, whole, cancellationToken);
        var furtherLegs = await LedgerStore.ReadAllFurtherLegsAsync(connection, cancellationToken);
        var parts = whole ? await SplitAsync(connection, cancellationToken) : [$"where t.batch_id in (select batch_id from {NewBatches} b)"];
        var invariants = whole ? [.. OfWhole, .. Always] : (Invariant[])[.. OfNew, .. Always];

        // What takes longest comes first.
        var work = new ConcurrentQueue<Func<NpgsqlConnection, Task>>();
        var hashed = new HashedPart[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var part = i;
            work.Enqueue(async own => hashed[part] = await HashAsync(own, batches, furtherLegs, parts[part], cancellationToken));
        }

        var proven = new VerifiedInvariant[invariants.Length];
        for (var i = 0; i < invariants.Length; i++)
        {
            var number = i;
            work.Enqueue(async own => proven[number] = await ProveAsync(own, invariants[number], cancellationToken));
        }

        await Task.WhenAll(Enumerable.Range(0, ConnectionsMax).Select(_ => Task.Run(
            async () =>
            {
                await using var own = await database.OpenConnectionAsync(cancellationToken);
                await using var ownTransaction = await BeginAsync(own, snapshot, cancellationToken);
                while (work.TryDequeue(out var next))
                    await next(own);
            },
            cancellationToken)));

        var report = new VerificationReport(
            whole,
            Stopwatch.GetElapsedTime(started),
            batches.Count,
            batches.Values.Sum(batch => (long)batch.Count),
            await ReadAsync<long>(connection, "select coalesce(sum(sequence_number), 0)::bigint from bank.account", cancellationToken),
            await ReadAsync<long>(connection, "select count(*) from bank.account", cancellationToken),
            [.. proven, new VerifiedInvariant("the content of each batch has the hash that is chained", hashed.Max(part => part.Took), FindChanged(batches, hashed))]);
        if (report.Violations.Count == 0)
        {
            await using var note = new NpgsqlCommand(Note, connection) { CommandTimeout = 0 };
            await note.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return report;
    }

    /// <param name="snapshot">What another transaction, still open, exported; null for one of its own.</param>
    private static async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, string? snapshot, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        // The one that exports its snapshot waits for the others without a word.
        await using var settings = new NpgsqlCommand(
            (snapshot is null ? "" : $"set transaction snapshot '{snapshot}'; ")
            + "set local idle_in_transaction_session_timeout = 0; set local jit = off; set local work_mem = '64MB'; set local timezone = 'UTC'",
            connection);
        await settings.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }

    private static async Task<VerifiedInvariant> ProveAsync(NpgsqlConnection connection, Invariant invariant, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        IReadOnlyList<string> places = [];
        if (invariant.Proof is not { } proof)
            places = await FindAsync(connection, invariant.Search, cancellationToken);
        else if (!await ReadAsync<bool>(connection, proof, cancellationToken))
            places = await FindAsync(connection, invariant.Search, cancellationToken) is { Count: > 0 } found ? found : ["the sums differ, but no row was found"];
        return new VerifiedInvariant(invariant.Name, Stopwatch.GetElapsedTime(started), places);
    }

    /// <summary>A batch as it is chained.</summary>
    private sealed record ChainedBatch(byte[] Hash, int Count, short HashVersion)
    {
        /// <summary>Whether all its transfers were found and hashed. A batch is completed by one part at most.</summary>
        public bool Complete { get; set; }
    }

    /// <param name="Open">Hashes of transfers whose batch goes on in another part.</param>
    private sealed record HashedPart(TimeSpan Took, IReadOnlyList<string> Violations, IReadOnlyDictionary<long, List<byte[]>> Open);

    private static async Task<Dictionary<long, ChainedBatch>> ReadBatchesAsync(NpgsqlConnection connection, bool whole, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""
            select b.batch_id, b.content_hash, b.transfer_count, c.hash_version
              from {(whole ? "bank.batch" : NewBatches)} b
              join bank.chain c on c.chain = b.chain
            """, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var batches = new Dictionary<long, ChainedBatch>();
        while (await reader.ReadAsync(cancellationToken))
            batches.Add(reader.GetInt64(0), new ChainedBatch(reader.GetFieldValue<byte[]>(1), reader.GetInt32(2), reader.GetInt16(3)));
        return batches;
    }

    /// <summary>Conditions that split the transfers by where they lie, into as many parts as there are connections.</summary>
    private static async Task<string[]> SplitAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var pages = await ReadAsync<long>(connection, "select pg_relation_size('bank.transfer') / current_setting('block_size')::bigint", cancellationToken);
        return
        [
            .. Enumerable.Range(0, ConnectionsMax).Select(part =>
                $"where t.ctid >= '({pages * part / ConnectionsMax},0)'" + (part + 1 < ConnectionsMax ? $" and t.ctid < '({pages * (part + 1) / ConnectionsMax},0)'" : "")),
        ];
    }

    /// <summary>Hashes transfers again as <see cref="TransferHash"/> says and compares each batch with what is chained.</summary>
    private static async Task<HashedPart> HashAsync(
        NpgsqlConnection connection, Dictionary<long, ChainedBatch> batches, IReadOnlyDictionary<TransferId, List<(FurtherLeg Leg, LegEffect Effect)>> furtherLegs, string part,
        CancellationToken cancellationToken)
    {
        // Rows come as they lie, which is nearly batch by batch: few batches are open at a time.
        var started = Stopwatch.GetTimestamp();
        var violations = new List<string>();
        var open = new Dictionary<long, List<byte[]>>();
        await foreach (var (batchId, transfer) in LedgerStore.ReadAllAsync(connection, part, furtherLegs, cancellationToken))
        {
            if (!batches.TryGetValue(batchId, out var batch))
            {
                violations.Add($"transfer {transfer.Id} is of no batch");
            }
            else
            {
                if (!open.TryGetValue(batchId, out var hashes))
                    open.Add(batchId, hashes = []);
                hashes.Add(TransferHash.Of(transfer, batch.HashVersion));
                if (hashes.Count == batch.Count && !batch.Complete)
                {
                    open.Remove(batchId);
                    batch.Complete = true;
                    if (!HasHash(batch, hashes))
                        violations.Add($"batch {batchId}");
                }
            }

            if (violations.Count >= ViolationsPerInvariantMax)
                break;
        }

        return new HashedPart(Stopwatch.GetElapsedTime(started), violations, open);
    }

    private static IReadOnlyList<string> FindChanged(Dictionary<long, ChainedBatch> batches, IReadOnlyList<HashedPart> parts)
    {
        var violations = parts.SelectMany(part => part.Violations).ToList();
        var open = parts.SelectMany(part => part.Open).ToLookup(batch => batch.Key, batch => batch.Value);
        if (violations.Count == 0)
        {
            foreach (var (batchId, batch) in batches)
            {
                List<byte[]> rest = [.. open[batchId].SelectMany(hashes => hashes)];
                if (batch.Complete ? rest.Count > 0 : rest.Count != batch.Count || !HasHash(batch, rest))
                    violations.Add($"batch {batchId}");
            }
        }

        return [.. violations.Take(ViolationsPerInvariantMax)];
    }

    private static bool HasHash(ChainedBatch batch, List<byte[]> transfers) => TransferHash.OfBatch(transfers).AsSpan().SequenceEqual(batch.Hash);

    private static async Task<IReadOnlyList<string>> FindAsync(NpgsqlConnection connection, string search, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{search} limit {ViolationsPerInvariantMax}", connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var places = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            places.Add(reader.GetString(0));
        return places;
    }

    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
