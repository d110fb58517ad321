using BktSmart.Accounts;
using BktSmart.Dev.Database;
using BktSmart.Silo.Hosting;
using Npgsql;

namespace BktSmart.Tests.Infrastructure;

/// <summary>A migrated database of one test, seen as the silo, as its owner, and as an administrator for whom no trigger works.</summary>
public sealed class TestDatabase
{
    private readonly LocalDatabase _database;

    internal TestDatabase(LocalDatabase database, string adminConnectionString)
    {
        _database = database;
        Silo = BuildSource();
        Owner = NpgsqlDataSource.Create(database.OwnerConnectionString);
        Corruptor = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(adminConnectionString)
        {
            Database = database.Name,
            Options = "-c session_replication_role=replica",
        }.ConnectionString);
    }

    public NpgsqlDataSource Silo { get; }

    /// <summary>One more pool of a silo, with limits of its own.</summary>
    public NpgsqlDataSource BuildSource(TimeSpan? idleInTransactionMax = null, TimeSpan? lockWaitMax = null)
    {
        var options = new DatabaseOptions
        {
            ConnectionString = $"{_database.SiloConnectionString};Connection Idle Lifetime=5;Connection Pruning Interval=1",
        };
        if (idleInTransactionMax is { } idleMax)
            options.IdleInTransactionMax = idleMax;
        if (lockWaitMax is { } lockMax)
            options.LockWaitMax = lockMax;
        return DatabaseExtensions.BuildSource(options, "test", 20);
    }

    public NpgsqlDataSource Owner { get; }

    public NpgsqlDataSource Corruptor { get; }

    public string SiloConnectionString => _database.SiloConnectionString;

    public string OwnerConnectionString => _database.OwnerConnectionString;

    /// <summary>
    /// Stops the clock that the ledger reads, or sets it on. Call it first before anything else: a session keeps the function that its
    /// statements found.
    /// </summary>
    public async Task StopClockAsync(DateTimeOffset at)
    {
        // PostgreSQL calls a function of its own by number, whatever its definition says. So that one steps aside, and another takes the
        // name.
        await ExecuteAsync(Corruptor, $"""
            do $body$
            begin
                if to_regproc('pg_catalog.running_clock_timestamp') is null then
                    alter function pg_catalog.clock_timestamp() rename to running_clock_timestamp;
                end if;
            end
            $body$;
            create or replace function pg_catalog.clock_timestamp() returns timestamptz language sql volatile
            as $body$ select timestamptz '{at:O}' $body$
            """);
    }

    /// <summary>Keeps copies of the bank's rows, to which <see cref="RestoreAsync"/> goes back.</summary>
    public Task KeepAsync() => ExecuteAsync(Corruptor, """
        create schema kept;
        do $$
        declare
            name text;
        begin
            for name in select relname from pg_class where relnamespace = 'bank'::regnamespace and relkind = 'r' loop
                execute format('create table kept.%I as table bank.%I', name, name);
            end loop;
        end $$
        """);

    /// <summary>Cheaper than another database; numbers that sequences have given are not given again.</summary>
    public Task RestoreAsync() => ExecuteAsync(Corruptor, """
        do $$
        declare
            name text;
            has_rows boolean;
            filled text[] := '{}';
        begin
            for name in select relname from pg_class where relnamespace = 'kept'::regnamespace and relkind = 'r' loop
                execute format('select exists (select from bank.%I)', name) into has_rows;
                if has_rows then
                    filled := filled || format('bank.%I', name);
                end if;
            end loop;
            execute format('truncate %s cascade', array_to_string(filled, ', '));
            for name in select relname from pg_class where relnamespace = 'kept'::regnamespace and relkind = 'r' loop
                execute format('insert into bank.%I overriding system value select * from kept.%I', name, name);
            end loop;
        end $$
        """);

    public static async Task<int> ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> ReadAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until statements wait for a lock.</summary>
    /// <param name="source">Of who sees it: of the role that waits, or of a superuser.</param>
    /// <param name="waiting">What is to wait; it is wrong when it ends instead.</param>
    public static async Task WaitForLockAsync(NpgsqlDataSource source, Task waiting, int count = 1)
    {
        while (await ReadAsync<long>(
            source, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") < count)
        {
            if (waiting.IsCompleted)
            {
                await waiting;
                throw new InvalidOperationException("It did not wait for a lock.");
            }
        }
    }

    internal void CloseConnections()
    {
        foreach (var source in (NpgsqlDataSource[])[Silo, Owner, Corruptor])
            source.Clear();
    }

    internal async Task EndAsync(bool drop)
    {
        await Silo.DisposeAsync();
        await Owner.DisposeAsync();
        await Corruptor.DisposeAsync();
        await TestServer.EndAsync(_database, drop);
    }
}
