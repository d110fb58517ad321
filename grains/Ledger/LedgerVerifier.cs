using System.Data;
using System.Diagnostics;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>What one invariant came to.</summary>
/// <param name="Violations">Where it does not hold; at most <see cref="LedgerVerifier.ViolationsPerInvariantMax"/>.</param>
internal sealed record VerifiedInvariant(string Name, TimeSpan Took, IReadOnlyList<string> Violations);

/// <summary>What a walk over the ledger found.</summary>
/// <param name="Whole">Whether it was the whole ledger, or what came since the last proof.</param>
internal sealed record VerificationReport(bool Whole, long Batches, long Transfers, long Postings, long Accounts, IReadOnlyList<VerifiedInvariant> Invariants)
{
    public IReadOnlyList<string> Violations =>
        [.. Invariants.SelectMany(invariant => invariant.Violations.Select(place => $"violated: {invariant.Name}: {place}"))];
}

/// <summary>
/// Proves the ledger's invariants from the rows alone, in one snapshot. Of the code that wrote them it shares only <see cref="TransferHash"/>, which says what a hash is taken over.
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

    /// <summary>Proves the whole ledger, and notes how far it got if there is no violation.</summary>
    public Task<VerificationReport> VerifyAsync(CancellationToken cancellationToken) => VerifyAsync(whole: true, cancellationToken);

    /// <summary>Proves what came since the last proof; the whole ledger where there was none.</summary>
    public Task<VerificationReport> VerifyNewAsync(CancellationToken cancellationToken) => VerifyAsync(whole: false, cancellationToken);

    private async Task<VerificationReport> VerifyAsync(bool whole, CancellationToken cancellationToken)
    {
        // One snapshot for all of it: the ledger goes on meanwhile.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (var settings = new NpgsqlCommand("set local jit = off; set local work_mem = '64MB'; set local timezone = 'UTC'", connection))
            await settings.ExecuteNonQueryAsync(cancellationToken);
        whole |= !await ReadAsync<bool>(connection, "select exists (select from bank.verification)", cancellationToken);

        var invariants = new List<VerifiedInvariant>();
        foreach (var invariant in whole ? [.. OfWhole, .. Always] : (Invariant[])[.. OfNew, .. Always])
        {
            var started = Stopwatch.GetTimestamp();
            IReadOnlyList<string> places = [];
            if (invariant.Proof is not { } proof)
                places = await FindAsync(connection, invariant.Search, cancellationToken);
            else if (!await ReadAsync<bool>(connection, proof, cancellationToken))
                places = await FindAsync(connection, invariant.Search, cancellationToken) is { Count: > 0 } found ? found : ["the sums differ, but no row was found"];
            invariants.Add(new VerifiedInvariant(invariant.Name, Stopwatch.GetElapsedTime(started), places));
        }

        var hashed = Stopwatch.GetTimestamp();
        var changed = await FindChangedBatchesAsync(connection, whole, cancellationToken);
        invariants.Add(new VerifiedInvariant("the content of each batch has the hash that is chained", Stopwatch.GetElapsedTime(hashed), changed));

        var report = new VerificationReport(
            whole,
            await ReadAsync<long>(connection, $"select count(*) from {(whole ? "bank.batch" : NewBatches)} b", cancellationToken),
            await ReadAsync<long>(connection, $"select coalesce(sum(transfer_count), 0)::bigint from {(whole ? "bank.batch" : NewBatches)} b", cancellationToken),
            await ReadAsync<long>(connection, "select coalesce(sum(sequence_number), 0)::bigint from bank.account", cancellationToken),
            await ReadAsync<long>(connection, "select count(*) from bank.account", cancellationToken),
            invariants);
        if (report.Violations.Count == 0)
        {
            await using var note = new NpgsqlCommand(Note, connection) { CommandTimeout = 0 };
            await note.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return report;
    }

    /// <summary>Hashes transfers again as <see cref="TransferHash"/> says and compares each batch with what is chained.</summary>
    private static async Task<IReadOnlyList<string>> FindChangedBatchesAsync(NpgsqlConnection connection, bool whole, CancellationToken cancellationToken)
    {
        var batches = whole ? "bank.batch" : NewBatches;
        var expected = new Dictionary<long, (byte[] Hash, int Count)>();
        await using (var command = new NpgsqlCommand($"select batch_id, content_hash, transfer_count from {batches} b", connection) { CommandTimeout = 0 })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                expected.Add(reader.GetInt64(0), (reader.GetFieldValue<byte[]>(1), reader.GetInt32(2)));
        }

        // Rows come as they lie, which is nearly batch by batch: few batches are open at a time.
        var violations = new List<string>();
        var open = new Dictionary<long, List<byte[]>>();
        await foreach (var (batchId, transfer) in LedgerStore.ReadAllAsync(connection, whole ? null : $"(select batch_id from {NewBatches} b)", cancellationToken))
        {
            if (!open.TryGetValue(batchId, out var hashes))
                open.Add(batchId, hashes = []);
            hashes.Add(TransferHash.Of(transfer));
            if (!expected.TryGetValue(batchId, out var batch))
                violations.Add($"transfer {transfer.Id} is of no batch");
            else if (hashes.Count == batch.Count)
                Close(batchId);
            if (violations.Count >= ViolationsPerInvariantMax)
                return violations;
        }

        foreach (var batchId in expected.Keys.Union(open.Keys).ToArray())
            Close(batchId);
        return [.. violations.Take(ViolationsPerInvariantMax)];

        void Close(long batchId)
        {
            open.Remove(batchId, out var hashes);
            hashes ??= [];
            if (expected.Remove(batchId, out var batch) && (hashes.Count != batch.Count || !TransferHash.OfBatch(hashes).AsSpan().SequenceEqual(batch.Hash)))
                violations.Add($"batch {batchId}");
        }
    }

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
