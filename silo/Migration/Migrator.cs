using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace BktSmart.Silo.Migration;

/*
 * The schema is made of numbered files, which are applied once and for ever, and of functions, which are replaced when their file changes.
 *
 * A numbered file is one transaction with its entry in public.schema_migration, so a file that is cut off has not happened. A file with
 * steps (MigrationFile.Steps) runs outside of transactions, and its entry says how many steps are left: after a crash it goes on with the
 * step that is not recorded, which may run a second time. An index that a crash left invalid is dropped and built again.
 *
 * A statement that waits for a lock stops everybody who comes after it: they queue behind the wait, not behind the lock. So no wait is
 * longer than MigrationOptions.LockWaitMax. After it the whole file is rolled back, the queue moves on, and the file is tried again after
 * a pause. Only an index that is built concurrently waits as long as it must: nobody who reads or writes rows queues behind that.
 *
 * One migrator works at a time, under an advisory lock. It asks for it again and again instead of waiting inside a statement: an index
 * that is built concurrently waits for every statement that is older, and so would the two wait for each other.
 *
 * The entry of a file has the checksum of its text: a file that was changed after it was applied is refused. Entries of versions without
 * checksums take that of the file as it is now. Functions are recorded with every checksum that was ever applied, so that a silo finds its
 * own also after a later version replaced it.
 *
 * A lost connection leaves nothing in doubt: what is recorded was done, and what is not recorded is done by the next run. A connection
 * that only falls silent is found by keep-alives, and by an AnswerWatch where something on the way acknowledges them.
 */

/// <summary>Brings the schema of a database up to date.</summary>
/// <param name="files">Null for those of this program.</param>
/// <param name="say">Told what it waits for.</param>
internal sealed partial class Migrator(
    NpgsqlDataSource owner, MigrationOptions? options = null, MigrationFiles? files = null, Action<string>? say = null)
{
    public const string SiloRole = "bkt_silo";
    private const long Lock = 7_310_010;
    private const int PauseDoublingsMax = 4;
    private const int UnlockSecondsMax = 5;
    private const string IdleInTransactionSessionTimeout = "25P03";
    private const string NothingHappened = "nothing of it has happened";
    private const string DoneStays = "what it has done so far stays";
    private static readonly TimeSpan OtherMigratorPoll = TimeSpan.FromMilliseconds(200);

    private readonly MigrationOptions _options = options ?? new MigrationOptions();
    private readonly MigrationFiles _files = files ?? MigrationFiles.Embedded;
    private readonly Action<string> _say = say ?? (_ => { });

    // Of the migrator's connection, as the server itself says: behind a pooler, NpgsqlConnection.ProcessID is a number of the pooler.
    private int _process;

    /// <summary>A row of <c>public.schema_migration</c>.</summary>
    private sealed record Entry(string? Checksum, int StepsLeft, DateTime AppliedAt);

    /// <summary>Brings the schema up to date and gives the names of the files that were applied.</summary>
    /// <exception cref="MigrationException">It cannot be done; the message says what to do.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        try
        {
            await CheckAsync(connection, cancellationToken);
            _process = await FindProcessAsync(connection, cancellationToken);
            // Functions may call each other, so their bodies are not checked before all are there. A server whose client is gone or frozen
            // stops what it does for it, and gives its locks back. How long a statement takes, nobody can know.
            await RunAsync(
                connection,
                """
                set check_function_bodies = off;
                set client_connection_check_interval = '2s';
                set idle_in_transaction_session_timeout = '10s';
                set tcp_keepalives_idle = 10;
                set tcp_keepalives_interval = 5;
                set tcp_keepalives_count = 2;
                set statement_timeout = 0
                """,
                cancellationToken);
            await LockAsync(connection, cancellationToken);
            await LimitLockWaitAsync(connection, cancellationToken);
            await PrepareAsync(connection, cancellationToken);
            return
            [
                .. await ApplyNumberedAsync(connection, cancellationToken),
                .. await ApplyFunctionsAsync(connection, cancellationToken),
            ];
        }
        catch (NpgsqlException exception) when (IsLoss(exception))
        {
            throw new MigrationException(
                $"the connection to the database was lost ({exception.Message}). "
                + "Run 'silo migrate' again: what was done is recorded, and it goes on from there.",
                exception);
        }
        catch (PostgresException exception)
        {
            throw Failed("the migration", "what was done is recorded", exception);
        }
        finally
        {
            await UnlockAsync(connection);
        }
    }

    /// <summary>The files of this program that the database does not have.</summary>
    public static async Task<IReadOnlyList<string>> FindMissingAsync(
        NpgsqlDataSource database, CancellationToken cancellationToken, MigrationFiles? files = null)
    {
        files ??= MigrationFiles.Embedded;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var hasFunctions = await ExistsAsync(connection, "public.schema_function", cancellationToken);
        var applied = hasFunctions
            ? "select name, '' from public.schema_migration where steps_left = 0 "
                + "union all select name, checksum from public.schema_function"
            : await ExistsAsync(connection, "public.schema_migration", cancellationToken)
                ? "select name, '' from public.schema_migration"
                : "select '', ''";
        var found = new HashSet<(string, string)>();
        await using var command = new NpgsqlCommand(applied, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add((reader.GetString(0), reader.GetString(1)));
        return
        [
            .. files.Numbered.Where(file => !found.Contains((file.Name, ""))).Select(file => file.Name),
            .. files.Functions.Where(file => !found.Contains((file.Name, file.Checksum))).Select(file => file.Name),
        ];
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await owner.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw new MigrationException(
                $"the database could not be reached ({exception.Message}), and nothing was done by this run. "
                + "Put that right and run 'silo migrate' again.",
                exception);
        }
    }

    private static async Task<int> FindProcessAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion.Major < 15)
            throw new MigrationException($"PostgreSQL 15 or later is needed; this is {connection.PostgreSqlVersion}.");
        await using var command = new NpgsqlCommand("select exists (select from pg_roles where rolname = $1)", connection);
        command.Parameters.Add(new() { Value = SiloRole });
        if (!(bool)(await command.ExecuteScalarAsync(cancellationToken))!)
            throw new MigrationException(
                $"The role {SiloRole} is missing: run 'create role {SiloRole} nologin' as an administrator, "
                + "and make the silo's login a member of it.");
    }

    /// <summary>Waits for another migrator, as long as that takes.</summary>
    private async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select pg_try_advisory_lock({Lock})", connection);
        for (var waits = false; !(bool)(await command.ExecuteScalarAsync(cancellationToken))!; waits = true)
        {
            if (!waits)
            {
                _say(
                    $"Another migration is under way{await FindOtherAsync(connection, cancellationToken)}; waiting for it. If its program "
                    + "is gone or does nothing any more, end its process with pg_terminate_backend.");
            }

            await Task.Delay(OtherMigratorPoll, cancellationToken);
        }
    }

    /// <returns>Who holds the lock, or nothing where that has just ended.</returns>
    private static async Task<string> FindOtherAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select format(' (process %s of the database, %L)', a.pid, a.application_name)
              from pg_locks l
              join pg_stat_activity a on a.pid = l.pid
             where l.locktype = 'advisory'
               and l.database = (select oid from pg_database where datname = current_database())
               and (l.classid::bigint << 32 | l.objid::bigint) = {Lock}
               and l.objsubid = 1
               and l.granted
            """, connection);
        return (string?)await command.ExecuteScalarAsync(cancellationToken) ?? "";
    }

    private static async Task UnlockAsync(NpgsqlConnection connection)
    {
        try
        {
            if (connection.FullState != ConnectionState.Open)
                return;
            await using var command = new NpgsqlCommand($"select pg_advisory_unlock({Lock})", connection)
            {
                CommandTimeout = UnlockSecondsMax,
            };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The lock goes with its connection, and what is thrown already must not be hidden.
        }
    }

    /// <summary>The tables of the migrator itself.</summary>
    private async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // To alter a table takes its lock, also where nothing is to be done.
        if (await ExistsAsync(connection, "public.schema_function", cancellationToken))
            return;
        await RetryAsync(connection, "public.schema_migration", inTransaction: true, () => ExecuteAsync(
            connection,
            $"""
            create table if not exists public.schema_migration (
                name       text primary key,
                applied_at timestamptz not null default now()
            );
            alter table public.schema_migration
                add column checksum text,
                add column steps_left integer not null default 0 check (steps_left >= 0);
            create table public.schema_function (
                name     text not null,
                checksum text not null,
                number   bigint generated always as identity,
                primary key (name, checksum)
            );
            grant select on public.schema_migration, public.schema_function to {SiloRole};
            """,
            cancellationToken), cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ApplyNumberedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await RunAsync(
            connection,
            """
            update public.schema_migration m
               set checksum = f.checksum
              from unnest($1, $2) as f (name, checksum)
             where m.name = f.name
               and m.checksum is null
            """,
            cancellationToken, _files.Numbered.Select(file => file.Name).ToArray(),
            _files.Numbered.Select(file => file.Checksum).ToArray());
        var entries = await ReadEntriesAsync(connection, cancellationToken);
        foreach (var file in _files.Numbered)
        {
            if (entries.GetValueOrDefault(file.Name) is { } entry && entry.Checksum != file.Checksum)
            {
                throw new MigrationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file.Name} was changed after it was applied on {entry.AppliedAt:yyyy-MM-dd}: "
                    + $"it was {entry.Checksum![..12]}… then, and is {file.Checksum[..12]}… now. "
                    + $"Put the file back as it was, and write the change in a new file."));
            }
        }

        var applied = new List<string>();
        foreach (var file in _files.Numbered)
        {
            var entry = entries.GetValueOrDefault(file.Name);
            if (entry is { StepsLeft: 0 })
                continue;
            if (file.Steps.Count == 0)
                await ApplyAsync(connection, file, cancellationToken);
            else
                await ApplyStepsAsync(connection, file, entry, cancellationToken);
            applied.Add(file.Name);
        }

        return applied;
    }

    private Task ApplyAsync(NpgsqlConnection connection, MigrationFile file, CancellationToken cancellationToken) =>
        RetryAsync(connection, file.Name, inTransaction: true, async () =>
        {
            await ExecuteAsync(connection, _files.Expand(file), cancellationToken);
            await RunAsync(
                connection, "insert into public.schema_migration (name, checksum) values ($1, $2)", cancellationToken, file.Name,
                file.Checksum);
        }, cancellationToken);

    private async Task ApplyStepsAsync(NpgsqlConnection connection, MigrationFile file, Entry? entry, CancellationToken cancellationToken)
    {
        if (entry is null)
        {
            await RunAsync(
                connection, "insert into public.schema_migration (name, checksum, steps_left) values ($1, $2, $3)",
                cancellationToken, file.Name, file.Checksum, file.Steps.Count);
        }

        var left = entry?.StepsLeft ?? file.Steps.Count;
        foreach (var step in file.Steps.TakeLast(left))
        {
            var name = $"{file.Name}, step '{step.Name}',";
            if (step.Sql.Contains(" concurrently ", StringComparison.OrdinalIgnoreCase))
                await NameAsync(name, DoneStays, () => BuildIndexAsync(connection, name, step, cancellationToken));
            else
                await RetryAsync(
                    connection, name, inTransaction: false, () => RepeatAsync(connection, step, cancellationToken), cancellationToken);
            await RunAsync(
                connection, "update public.schema_migration set steps_left = $2, applied_at = now() where name = $1", cancellationToken,
                file.Name, --left);
        }
    }

    private async Task RepeatAsync(NpgsqlConnection connection, MigrationStep step, CancellationToken cancellationToken)
    {
        while (await ExecuteAsync(connection, step.Sql, cancellationToken) > 0 && step.Repeats)
        {
        }
    }

    private async Task BuildIndexAsync(NpgsqlConnection connection, string name, MigrationStep step, CancellationToken cancellationToken)
    {
        if (NewIndex().Match(step.Sql) is not { Success: true, Groups: var names })
            throw new MigrationException(
                $"{name} must be 'create index concurrently <name> on <schema>.<table> …', "
                + "so that an attempt that was cut off can be found.");
        var index = $"{names["schema"].Value}.{names["index"].Value}";
        await using var command = new NpgsqlCommand(
            $"select indisvalid from pg_index where indexrelid = to_regclass('{index}')", connection);
        var valid = await command.ExecuteScalarAsync(cancellationToken);
        // Built, and cut off before that was recorded.
        if (valid is true)
            return;

        await RunAsync(connection, "set lock_timeout = 0", cancellationToken);
        if (valid is false)
        {
            _say($"{name} was cut off: the index is built again.");
            await ExecuteAsync(connection, $"drop index concurrently {index}", cancellationToken);
        }

        await using (var watch = new LockWatch(owner, _process, _options.LockWaitMax / 2))
        {
            var pause = _options.LockRetryDelay * (1 << PauseDoublingsMax);
            var building = ExecuteAsync(connection, step.Sql, cancellationToken);
            while (await Task.WhenAny(building, Task.Delay(pause, CancellationToken.None)) != building)
            {
                if (watch.Holders is { } holders)
                    _say($"{name} waits for a transaction that is older: {holders}.");
            }

            await building;
        }

        await LimitLockWaitAsync(connection, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ApplyFunctionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var known = _files.Numbered.Select(file => file.Name).ToHashSet();
        var last = _files.Numbered.Count > 0 ? _files.Numbered[^1].Name : "";
        var entries = await ReadEntriesAsync(connection, cancellationToken);
        if (entries.Keys.Where(name => !known.Contains(name) && string.CompareOrdinal(name, last) > 0).Max() is { } later)
        {
            _say($"The schema is of a later version, which has {later}: its functions stay as they are.");
            return [];
        }

        var present = new Dictionary<string, string>();
        await using (var command = new NpgsqlCommand(
            "select distinct on (name) name, checksum from public.schema_function order by name, number desc", connection))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                present.Add(reader.GetString(0), reader.GetString(1));
        }

        var changed = _files.Functions.Where(file => present.GetValueOrDefault(file.Name) != file.Checksum).ToArray();
        if (changed.Length == 0)
            return [];
        // All at once: nobody meets a new function that calls an old one.
        await RetryAsync(connection, "the functions", inTransaction: true, async () =>
        {
            foreach (var file in changed)
            {
                await NameAsync(file.Name, NothingHappened, () => ExecuteAsync(connection, file.Text, cancellationToken));
                await RunAsync(
                    connection,
                    "insert into public.schema_function (name, checksum) values ($1, $2) "
                    + "on conflict (name, checksum) do update set number = default",
                    cancellationToken, file.Name, file.Checksum);
            }
        }, cancellationToken);
        return [.. changed.Select(file => file.Name)];
    }

    /// <summary>Does something that may wait for locks, as often as the options allow.</summary>
    private async Task RetryAsync(
        NpgsqlConnection connection, string name, bool inTransaction, Func<Task> work, CancellationToken cancellationToken)
    {
        await using var watch = new LockWatch(owner, _process, _options.LockWaitMax / 2);
        var left = inTransaction ? NothingHappened : DoneStays;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await NameAsync(name, left, async () =>
                {
                    await using var transaction = inTransaction ? await connection.BeginTransactionAsync(cancellationToken) : null;
                    await work();
                    if (transaction is not null)
                        await transaction.CommitAsync(cancellationToken);
                });
                return;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                var held = watch.Holders is { } holders ? $"it is held by {holders}" : "who holds it was not seen";
                if (tries == _options.LockTriesMax)
                {
                    throw new MigrationException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name} waits for a lock in vain: {held}. "
                        + $"It was tried {tries} times for {_options.LockWaitMax.TotalMilliseconds:F0} ms each, and {left}. "
                        + $"Run 'silo migrate' again when the lock is free."), exception);
                }

                _say(string.Create(
                    CultureInfo.InvariantCulture, $"{name} waits for a lock: {held}. Try {tries} of {_options.LockTriesMax}."));
                await Task.Delay(_options.LockRetryDelay * (1 << Math.Min(tries - 1, PauseDoublingsMax)), cancellationToken);
            }
        }
    }

    /// <summary>Says what it was that the server refused. A lock that is not free is for the caller.</summary>
    private static async Task NameAsync(string name, string left, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (PostgresException exception) when (exception.SqlState != PostgresErrorCodes.LockNotAvailable && !IsLoss(exception))
        {
            throw Failed(name, left, exception);
        }
    }

    private static MigrationException Failed(string name, string left, PostgresException exception) => new(
        $"{name} failed: the database says '{exception.MessageText}' ({exception.SqlState}), and {left}. "
        + "Put that right and run 'silo migrate' again.",
        exception);

    // The state of the connection does not tell: Npgsql also closes it over some refusals, such as that of a full disk.
    private static bool IsLoss(NpgsqlException exception) =>
        exception is not PostgresException { SqlState: var state }
        || state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or IdleInTransactionSessionTimeout
        || state.StartsWith("08", StringComparison.Ordinal);

    private Task LimitLockWaitAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        RunAsync(
            connection, string.Create(CultureInfo.InvariantCulture, $"set lock_timeout = {(long)_options.LockWaitMax.TotalMilliseconds}"),
            cancellationToken);

    private static async Task<Dictionary<string, Entry>> ReadEntriesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<string, Entry>();
        await using var command = new NpgsqlCommand(
            "select name, checksum, steps_left, applied_at from public.schema_migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            entries.Add(
                reader.GetString(0), new Entry(reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt32(2), reader.GetDateTime(3)));
        return entries;
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select to_regclass('{table}') is not null", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Without parameters: the texts of the Orleans queries contain names that look like some.</summary>
    /// <returns>The rows that were changed.</returns>
    private async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // A migration takes as long as it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var watch = new AnswerWatch(owner, connection.DataSource, _process, _options.AnswerCheckInterval);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, watch.Lost);
        try
        {
            return await command.ExecuteNonQueryAsync(end.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NpgsqlException("the server no longer works on the statement, and no answer came", exception);
        }
    }

    [GeneratedRegex(
        @"\bcreate\s+(unique\s+)?index\s+concurrently\s+(if\s+not\s+exists\s+)?(?<index>\w+)\s+on\s+(?<schema>\w+)\.\w+",
        RegexOptions.IgnoreCase)]
    private static partial Regex NewIndex();
}
