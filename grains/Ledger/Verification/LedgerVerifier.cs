using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Ledger;

/// <summary>
/// Proves the ledger's invariants from the rows alone, in one snapshot that several connections share. Of the code that wrote them it
/// shares only <see cref="TransferHash"/>, which says what a hash is taken over, and <see cref="TransferKinds"/>.
///
/// What is said of every row, or of every row and its neighbour, would cost a sort or a join of the whole ledger. It is proven in one pass
/// over each table instead, as the rows lie: transfers by
/// <see cref="TransferWalk"/>, postings by fingerprints. A fingerprint is the sum of 64-bit hashes of the members of a set, and proves that
/// two sets are equal. That every balance follows from the one before, for example, says that the set of (account, number, balance) and the
/// set of (account, number before, balance less amount) differ by the account's start and end alone, so the sums differ by those of the
/// accounts' rows. Two sums that should be equal and are not prove a violation; two that are equal leave a chance of 2^-64 for one by
/// accident. Against intent stands the chain of SHA-256 hashes. Where sums differ, a search by sort and join names the rows.
/// </summary>
internal sealed partial class LedgerVerifier(NpgsqlDataSource database)
{
    /// <summary>Connections that share the work, besides the one that holds the snapshot.</summary>
    public static readonly int ConnectionsMax = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Proves the whole ledger, and notes how far it got if there is no violation.</summary>
    /// <param name="kept">Heads of earlier proofs that were kept outside of the database.</param>
    public Task<VerificationReport> VerifyAsync(CancellationToken cancellationToken, params IReadOnlyCollection<LedgerHeads> kept) =>
        VerifyAsync(whole: true, kept, cancellationToken);

    /// <summary>Proves what came since the last proof; the whole ledger where there was none.</summary>
    /// <inheritdoc cref="VerifyAsync(CancellationToken, IReadOnlyCollection{LedgerHeads})"/>
    public Task<VerificationReport> VerifyNewAsync(CancellationToken cancellationToken, params IReadOnlyCollection<LedgerHeads> kept) =>
        VerifyAsync(whole: false, kept, cancellationToken);

    private async Task<VerificationReport> VerifyAsync(
        bool whole, IReadOnlyCollection<LedgerHeads> kept, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        // One snapshot for all of it: the ledger goes on meanwhile.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = Begin(connection, snapshot: null);
        whole |= !await ReadAsync<bool>(connection, "select exists (select from bank.verification)", cancellationToken);
        var snapshot = await ReadAsync<string>(connection, "select pg_export_snapshot()", cancellationToken);

        var accounts = ReadAccounts(connection, "");
        var batches = ChainedBatch.Read(connection, whole ? "bank.batch" : NewBatches);
        var furtherLegs = await LedgerStore.ReadFurtherLegsAsync(connection, "", cancellationToken);
        string[] transferParts = whole
            ? await SplitAsync(connection, "bank.transfer", "t", cancellationToken)
            : [$"where t.batch_id >= (select min(batch_id) from {NewBatches} n) and t.batch_id in (select batch_id from {NewBatches} n)"];
        string[] postingParts = whole ? await SplitAsync(connection, "bank.posting", "p", cancellationToken) : [];
        TransferWalk[] transfers = [.. transferParts.Select(_ => new TransferWalk(accounts, batches, furtherLegs))];
        var postings = new SummedPostings[postingParts.Length];
        Invariant[] invariants = whole ? [.. OfWhole, .. Always] : [.. OfNew, .. Always];
        var proven = new VerifiedInvariant[invariants.Length];

        // What takes longest comes first.
        var work = new ConcurrentQueue<Action<NpgsqlConnection>>();
        for (var i = 0; i < transfers.Length; i++)
        {
            var (walk, part) = (transfers[i], transferParts[i]);
            work.Enqueue(own => walk.Read(own, DebitEntry, CreditEntry, part, cancellationToken));
        }

        for (var i = 0; i < postings.Length; i++)
        {
            var number = i;
            work.Enqueue(own => postings[number] = SumUp(own, postingParts[number]));
        }

        for (var i = 0; i < invariants.Length; i++)
        {
            var number = i;
            work.Enqueue(own => proven[number] = Prove(own, invariants[number]));
        }

        // Threads of their own that block: reading as many rows asynchronously takes longer.
        await Task.WhenAll(Enumerable.Range(0, ConnectionsMax).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var own = database.OpenConnection();
                using var ownTransaction = Begin(own, snapshot);
                while (work.TryDequeue(out var next))
                    next(own);
            },
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        VerifiedInvariant[] concluded =
        [
            .. await ConcludeAsync(connection, transfers, postings, cancellationToken),
            .. proven,
            ProveHeads(connection, NotedHeadsStand, await ReadNotedHeadsAsync(connection, cancellationToken)),
            ProveHeads(connection, KeptHeadsStand, kept),
        ];
        var report = new VerificationReport(
            whole,
            Stopwatch.GetElapsedTime(started),
            batches.Count,
            batches.Values.Sum(batch => (long)batch.Count),
            await ReadAsync<long>(connection, "select coalesce(sum(sequence_number), 0)::bigint from bank.account", cancellationToken),
            accounts.Count,
            concluded,
            await ReadHeadsAsync(connection, cancellationToken));
        return report.Violations.Count > 0
            ? report
            : report with { NotNoted = await NoteAsync(connection, transaction, report.Heads, cancellationToken) };
    }

    /// <returns>Why it could not be noted: the proof holds all the same.</returns>
    private static async Task<NpgsqlException?> NoteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, LedgerHeads heads, CancellationToken cancellationToken)
    {
        try
        {
            await using var note = new NpgsqlCommand(Note, connection) { CommandTimeout = 0 };
            note.Parameters.Add(new() { Value = heads.ToString(), NpgsqlDbType = NpgsqlDbType.Jsonb });
            await note.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return null;
        }
        catch (NpgsqlException exception)
        {
            return exception;
        }
    }

    /// <param name="snapshot">What another transaction, still open, exported; null for one of its own.</param>
    private static NpgsqlTransaction Begin(NpgsqlConnection connection, string? snapshot)
    {
        var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        // The one that exports its snapshot waits for the others without a word.
        using var settings = new NpgsqlCommand(
            (snapshot is null ? "" : $"set transaction snapshot '{snapshot}'; ")
            + "set local idle_in_transaction_session_timeout = 0; set local jit = off; set local work_mem = '256MB'; set local timezone = "
            + "'UTC'",
            connection);
        settings.ExecuteNonQuery();
        return transaction;
    }

    /// <param name="part">A condition; empty for all.</param>
    private static Dictionary<long, VerifiedAccount> ReadAccounts(NpgsqlConnection connection, string part)
    {
        var accounts = new Dictionary<long, VerifiedAccount>();
        using var rows = new CopyReader(connection, $"select account_id, currency, customer_number from bank.account {part}");
        while (rows.Read())
            accounts.Add(rows.ReadBigint(), new VerifiedAccount(string.Intern(rows.ReadText()), rows.ReadIntegerOrNull()));
        return accounts;
    }

    /// <param name="Entries">Fingerprint of the postings.</param>
    /// <param name="Points">What they add to that of the accounts' balances.</param>
    /// <param name="BelowZero">Whether one left less than nothing available to a customer.</param>
    private sealed record SummedPostings(Int128 Entries, Int128 Points, bool BelowZero, TimeSpan Took);

    private static SummedPostings SumUp(NpgsqlConnection connection, string part)
    {
        var started = Stopwatch.GetTimestamp();
        using var command = new NpgsqlCommand(PostingSums(part), connection) { CommandTimeout = 0 };
        using var reader = command.ExecuteReader();
        reader.Read();
        return new SummedPostings(
            Number(reader.GetString(0)), Number(reader.GetString(1)), reader.GetBoolean(2), Stopwatch.GetElapsedTime(started));
    }

    /// <summary>What the passes over transfers and postings say of the invariants.</summary>
    /// <param name="postings">Those of the whole ledger, or none.</param>
    private static async Task<List<VerifiedInvariant>> ConcludeAsync(
        NpgsqlConnection connection, TransferWalk[] transfers, SummedPostings[] postings, CancellationToken cancellationToken)
    {
        var walk = transfers[0];
        walk.Complete(transfers[1..]);
        List<VerifiedInvariant> proven =
        [
            new(HaveOneCurrency, walk.Took, walk.OfTwoCurrencies.All),
            new(HaveWhatBelongsToThem, walk.Took, walk.Incomplete.All),
            new(HaveTheirTransfers, walk.Took, walk.Miscounted.All),
            new(HaveTheirHash, walk.Took, walk.Changed.All),
        ];
        if (postings.Length == 0)
            return proven;

        var took = postings.Max(part => part.Took);
        var legs = walk.Entries + Number(await ReadAsync<string>(connection, FurtherLegSum, cancellationToken));
        var accounts = Number(await ReadAsync<string>(connection, $"select ({AccountFingerprint})::text", cancellationToken));
        proven.Add(new VerifiedInvariant(NeverGoBack, walk.Took, walk.Order.Backwards.All));
        proven.Add(new VerifiedInvariant(PaidIsCounted, walk.Took, walk.Paid.Compare(connection).All));
        proven.Add(Compare(Sum(part => part.Entries) == legs, new Invariant(EveryLegIsTwoPostings, UnequalLegs)));
        proven.Add(Compare(Sum(part => part.Points) == accounts, new Invariant(NumbersAndBalancesFollow, BrokenBalances)));
        var floor = new Invariant(NeverBelowTheFloor, Floor("bank.posting"));
        proven.Add(postings.Any(part => part.BelowZero) ? Prove(connection, floor) : new VerifiedInvariant(floor.Name, took, []));
        return proven;

        Int128 Sum(Func<SummedPostings, Int128> of) => postings.Aggregate(Int128.Zero, (sum, part) => sum + of(part));

        VerifiedInvariant Compare(bool equal, Invariant search)
        {
            if (equal)
                return new VerifiedInvariant(search.Name, took, []);
            var searched = Prove(connection, search);
            return searched.Violations.Count > 0 ? searched : searched with { Violations = ["the sums differ, but no row was found"] };
        }
    }

    private static Int128 Number(string number) => Int128.Parse(number, CultureInfo.InvariantCulture);

    private static VerifiedInvariant Prove(NpgsqlConnection connection, Invariant invariant)
    {
        var started = Stopwatch.GetTimestamp();
        var places = Find(connection, invariant.Search);
        return new VerifiedInvariant(invariant.Name, Stopwatch.GetElapsedTime(started), places);
    }

    /// <summary>Conditions that split the rows of a table by where they lie, into as many parts as there are connections.</summary>
    private static async Task<string[]> SplitAsync(
        NpgsqlConnection connection, string table, string alias, CancellationToken cancellationToken)
    {
        var pages = await ReadAsync<long>(
            connection, $"select pg_relation_size('{table}') / current_setting('block_size')::bigint", cancellationToken);
        return
        [
            .. Enumerable.Range(0, ConnectionsMax).Select(part =>
                $"where {alias}.ctid >= '({pages * part / ConnectionsMax},0)'"
                + (part + 1 < ConnectionsMax ? $" and {alias}.ctid < '({pages * (part + 1) / ConnectionsMax},0)'" : "")),
        ];
    }

    private static List<string> Find(NpgsqlConnection connection, string search)
    {
        using var command = new NpgsqlCommand($"{search} limit {Places.Max}", connection) { CommandTimeout = 0 };
        using var reader = command.ExecuteReader();
        var places = new List<string>();
        while (reader.Read())
            places.Add(reader.GetString(0));
        return places;
    }

    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
