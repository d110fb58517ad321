using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BktSmart.Dev.Database;
using BktSmart.Silo.Migration;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>How migrations are applied, whatever is in them.</summary>
public sealed class MigrationTest(TestServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<int> MigrationsOfBefore => [.. Enumerable.Range(1, SchemaBefore.Last)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MigrateAsync_ReaderHoldsTheTable_TriesAgainUntilItIsFree()
    {
        var database = await server.CreateDatabaseAsync();
        var reader = await ReadForLongAsync(database.Owner);
        var tries = 0;
        var migrator = NewMigrator(database.Owner, With("alter table bank.account add column colour text"), Say);
        Assert.Equal(["9001_test.sql"], await migrator.MigrateAsync(Stop));
        Assert.InRange(tries, 3, int.MaxValue);

        void Say(string sentence)
        {
            // On a busy machine the first tries may be over before anybody has looked who holds the lock.
            if (++tries >= 3 && sentence.Contains("'long report'", StringComparison.Ordinal))
                reader.Dispose();
        }
    }

    /// <summary>Who comes after a statement that waits for a lock waits as well. A payment must not wait for the reader.</summary>
    [Fact]
    public async Task MigrateAsync_ReaderHoldsTheTable_LetsOthersPassBetweenTries()
    {
        var database = await server.CreateDatabaseAsync();
        await using var reader = await ReadForLongAsync(database.Owner);
        var tries = new SemaphoreSlim(0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var migrating = NewMigrator(database.Owner, With("alter table bank.account add column colour text"), _ => tries.Release())
            .MigrateAsync(stop.Token);
        for (var passed = 0; passed < 3; passed++)
        {
            Assert.True(await tries.WaitAsync(Patience, Stop), "The migration does not step back.");
            await TestDatabase.ReadAsync<long>(database.Silo, "select count(*) from bank.account");
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => migrating);
    }

    [Fact]
    public async Task MigrateAsync_LockThatIsNeverFree_SaysWhoHoldsItAndLeavesNothing()
    {
        var database = await server.CreateDatabaseAsync();
        var files = With("create table bank.halfway (); alter table bank.account add column colour text");
        await using (await ReadForLongAsync(database.Owner))
        {
            var exception = await Assert.ThrowsAsync<MigrationException>(
                () => NewMigrator(database.Owner, files, lockTries: 12).MigrateAsync(Stop));
            Assert.Matches(
                @"9001_test\.sql waits for a lock in vain: it is held by 'long report' \(process \d+\), "
                + @"whose transaction has been open for \d+\.\d s",
                exception.Message);
            Assert.DoesNotContain("select", exception.Message, StringComparison.OrdinalIgnoreCase);
        }

        Assert.True(await TestDatabase.ReadAsync<bool>(database.Owner, "select to_regclass('bank.halfway') is null"));
        Assert.Equal(["9001_test.sql"], await NewMigrator(database.Owner, files).MigrateAsync(Stop));
    }

    [Fact]
    public async Task MigrateAsync_AnotherHoldsTheLock_SaysWhoAndGoesOnWhenItIsFree()
    {
        var database = await server.CreateDatabaseAsync();
        await using var other = await database.Owner.OpenConnectionAsync(Stop);
        await using (var take = new NpgsqlCommand("select pg_advisory_lock(7310010)", other))
            await take.ExecuteNonQueryAsync(Stop);
        var (process, said) = (other.ProcessID, "");
        var migrator = new Migrator(database.Owner, files: With("create table bank.mine ()"), say: sentence =>
        {
            said = sentence;
            using var free = new NpgsqlCommand("select pg_advisory_unlock_all()", other);
            free.ExecuteNonQuery();
        });
        Assert.Equal(["9001_test.sql"], await migrator.MigrateAsync(Stop));
        Assert.Contains($"process {process} of the database", said, StringComparison.Ordinal);
    }

    /// <summary>A migrator that is cut off, or frozen, keeps its locks for seconds only, and a limit for others does not end it.</summary>
    [Fact]
    public async Task MigrateAsync_ItsSession_GivesItsLocksBackAndIsNotCutShort()
    {
        var database = await server.CreateDatabaseAsync();
        await TestDatabase.ExecuteAsync(database.Corruptor, """
            do $$ begin execute format('alter database %I set statement_timeout = 1234', current_database()); end $$
            """);
        await NewMigrator(database.Owner, With("""
            create table bank.seen as
            select name, setting from pg_settings where name in ('idle_in_transaction_session_timeout', 'statement_timeout')
            """)).MigrateAsync(Stop);
        Assert.Equal(
            "idle_in_transaction_session_timeout=10000 statement_timeout=0",
            await TestDatabase.ReadAsync<string>(
                database.Owner, "select string_agg(name || '=' || setting, ' ' order by name) from bank.seen"));
    }

    [Fact]
    public async Task MigrateAsync_FileThatWasChangedAfterwards_IsRefused()
    {
        var database = await server.CreateDatabaseAsync();
        await NewMigrator(database.Owner, With("create table bank.first ()")).MigrateAsync(Stop);
        var changed = With("create table bank.second ()");
        var exception = await Assert.ThrowsAsync<MigrationException>(() => NewMigrator(database.Owner, changed).MigrateAsync(Stop));
        Assert.StartsWith("9001_test.sql was changed after it was applied", exception.Message, StringComparison.Ordinal);
        Assert.Contains(changed.Numbered[^1].Checksum[..12], exception.Message, StringComparison.Ordinal);
        Assert.True(await TestDatabase.ReadAsync<bool>(database.Owner, "select to_regclass('bank.second') is null"));
    }

    [Fact]
    public async Task MigrateAsync_EntryWithoutChecksum_TakesThatOfTheFile()
    {
        var database = await server.CreateDatabaseAsync();
        await TestDatabase.ExecuteAsync(database.Owner, "update public.schema_migration set checksum = null");
        Assert.Empty(await new Migrator(database.Owner).MigrateAsync(Stop));
        var sums = await TestDatabase.ReadAsync<string[]>(
            database.Owner, "select array_agg(checksum order by name) from public.schema_migration");
        Assert.Equal(MigrationFiles.Embedded.Numbered.Select(file => file.Checksum), sums);
    }

    [Fact]
    public async Task MigrateAsync_Steps_RunOutsideOfATransactionAndAreRecorded()
    {
        var database = await server.CreateDatabaseAsync();
        var files = With("""
            -- step: a table
            create table bank.bite as select n, false as done from generate_series(1, 25) as n
            -- step: an index
            create index concurrently bite_by_number on bank.bite (n);
            -- step until done: ten rows at a time
            update bank.bite set done = true where n in (select n from bank.bite where not done limit 10);
            """);
        Assert.Equal(["9001_test.sql"], await Migrator.FindMissingAsync(database.Silo, Stop, files));
        Assert.Equal(["9001_test.sql"], await NewMigrator(database.Owner, files).MigrateAsync(Stop));
        Assert.Empty(await Migrator.FindMissingAsync(database.Silo, Stop, files));
        Assert.Empty(await NewMigrator(database.Owner, files).MigrateAsync(Stop));
        Assert.Equal(25, await TestDatabase.ReadAsync<long>(database.Owner, "select count(*) from bank.bite where done"));
        Assert.True(await IsValidAsync(database, "bank.bite_by_number"));
        // Three bites: a row has the transaction that changed it.
        Assert.Equal(3, await TestDatabase.ReadAsync<long>(database.Owner, "select count(distinct xmin::text) from bank.bite"));
    }

    [Fact]
    public async Task MigrateAsync_StepThatFailed_GoesOnWithIt()
    {
        var database = await server.CreateDatabaseAsync();
        await TestDatabase.ExecuteAsync(database.Owner, "create table bank.trace (step integer)");
        var files = With("""
            -- step: first
            insert into bank.trace values (1)
            -- step: second
            insert into bank.later values (2)
            -- step: third
            insert into bank.trace values (3)
            """);
        var exception = await Assert.ThrowsAsync<MigrationException>(() => NewMigrator(database.Owner, files).MigrateAsync(Stop));
        Assert.Equal(
            "9001_test.sql, step 'second', failed: the database says 'relation \"bank.later\" does not exist' (42P01), "
            + "and what it has done so far stays. Put that right and run 'silo migrate' again.",
            exception.Message);
        Assert.Equal(["9001_test.sql"], await Migrator.FindMissingAsync(database.Silo, Stop, files));
        await TestDatabase.ExecuteAsync(database.Owner, "create table bank.later (step integer)");
        Assert.Equal(["9001_test.sql"], await NewMigrator(database.Owner, files).MigrateAsync(Stop));
        Assert.Equal(
            (int[])[1, 3],
            await TestDatabase.ReadAsync<int[]>(database.Owner, "select array_agg(step order by step) from bank.trace"));
    }

    /// <summary>An index that is built concurrently waits for older transactions. Cut off there, it stays behind, invalid.</summary>
    [Fact]
    public async Task MigrateAsync_ConnectionLostWhileAnIndexIsBuilt_SaysSoAndBuildsItAgain()
    {
        var database = await server.CreateDatabaseAsync();
        await TestDatabase.ExecuteAsync(database.Owner, "create table bank.thing (n integer)");
        var files = With("""
            -- step: an index
            create index concurrently thing_by_number on bank.thing (n)
            """);
        await using (var writer = await database.Owner.OpenConnectionAsync(Stop))
        {
            await using var writing = await writer.BeginTransactionAsync(Stop);
            await using (var write = new NpgsqlCommand("insert into bank.thing values (1)", writer, writing))
                await write.ExecuteNonQueryAsync(Stop);
            var migrating = NewMigrator(database.Owner, files).MigrateAsync(Stop);
            await EndAsync(database, "query like '%create index concurrently%' and wait_event_type = 'Lock'");
            var exception = await Assert.ThrowsAsync<MigrationException>(() => migrating);
            Assert.StartsWith("the connection to the database was lost", exception.Message, StringComparison.Ordinal);
            Assert.False(await IsValidAsync(database, "bank.thing_by_number"));
            await writing.CommitAsync(Stop);
        }

        Assert.Equal(["9001_test.sql"], await NewMigrator(database.Owner, files).MigrateAsync(Stop));
        Assert.True(await IsValidAsync(database, "bank.thing_by_number"));
    }

    [Fact]
    public async Task MigrateAsync_IndexWaitsForATransaction_SaysForWhich()
    {
        var database = await server.CreateDatabaseAsync();
        await TestDatabase.ExecuteAsync(database.Owner, "create table bank.thing (n integer)");
        var reader = await ReadForLongAsync(database.Owner);
        var migrator = NewMigrator(database.Owner, With("""
            -- step: an index
            create index concurrently thing_by_number on bank.thing (n)
            """), Say);
        Assert.Equal(["9001_test.sql"], await migrator.MigrateAsync(Stop));
        Assert.True(await IsValidAsync(database, "bank.thing_by_number"));

        // It is built only after somebody was named.
        void Say(string sentence)
        {
            if (sentence.Contains("waits for a transaction that is older: 'long report'", StringComparison.Ordinal))
                reader.Dispose();
        }
    }

    [Fact]
    public async Task MigrateAsync_IndexThatWasBuiltAndNotRecorded_IsTaken()
    {
        var database = await server.CreateDatabaseAsync();
        await TestDatabase.ExecuteAsync(
            database.Owner, "create table bank.thing (n integer); create index thing_by_number on bank.thing (n)");
        var files = With("""
            -- step: an index
            create index concurrently thing_by_number on bank.thing (n)
            """);
        Assert.Equal(["9001_test.sql"], await NewMigrator(database.Owner, files).MigrateAsync(Stop));
    }

    [Fact]
    public async Task MigrateAsync_ConnectionLostInATransaction_SaysSo()
    {
        var database = await server.CreateDatabaseAsync();
        var exception = await Assert.ThrowsAsync<MigrationException>(
            () => NewMigrator(database.Owner, With("select pg_terminate_backend(pg_backend_pid())")).MigrateAsync(Stop));
        Assert.StartsWith("the connection to the database was lost", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "Run 'silo migrate' again: what was done is recorded, and it goes on from there.",
            exception.Message,
            StringComparison.Ordinal);
    }

    /// <summary>A full disk is an error like others, although Npgsql closes the connection over it.</summary>
    [Theory]
    [InlineData("disk_full", "'no room' (53100)")]
    [InlineData("check_violation", "'no room' (23514)")]
    public async Task MigrateAsync_ErrorInATransaction_SaysWhatTheServerSaysAndInWhichFile(string error, string said)
    {
        var database = await server.CreateDatabaseAsync();
        var files = With($"""
            create table bank.halfway ();
            do $$ begin raise 'no room' using errcode = '{error}'; end $$
            """);
        var exception = await Assert.ThrowsAsync<MigrationException>(() => NewMigrator(database.Owner, files).MigrateAsync(Stop));
        Assert.Equal(
            $"9001_test.sql failed: the database says {said}, and nothing of it has happened. "
            + "Put that right and run 'silo migrate' again.",
            exception.Message);
        Assert.True(await TestDatabase.ReadAsync<bool>(database.Owner, "select to_regclass('bank.halfway') is null"));
    }

    [Fact]
    public async Task MigrateAsync_IndexThatCannotBeBuilt_NamesTheStep()
    {
        var database = await server.CreateDatabaseAsync();
        await TestDatabase.ExecuteAsync(database.Owner, "create table bank.thing as select 1 as n from generate_series(1, 2)");
        var exception = await Assert.ThrowsAsync<MigrationException>(() => NewMigrator(database.Owner, With("""
            -- step: an index
            create unique index concurrently thing_by_number on bank.thing (n)
            """)).MigrateAsync(Stop));
        Assert.Matches(
            @"^9001_test\.sql, step 'an index', failed: the database says '.*' \(23505\), and what it has done so far stays\.",
            exception.Message);
    }

    [Fact]
    public async Task MigrateAsync_FunctionThatIsWrong_NamesItsFile()
    {
        var database = await server.CreateDatabaseAsync();
        var files = MigrationFiles.Embedded with
        {
            Functions = [.. MigrationFiles.Embedded.Functions, new MigrationFile("functions/wrong.sql", "create function bank.wrong")],
        };
        var exception = await Assert.ThrowsAsync<MigrationException>(() => NewMigrator(database.Owner, files).MigrateAsync(Stop));
        Assert.StartsWith("functions/wrong.sql failed: the database says 'syntax error", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1")]
    [InlineData("Host=no..name")]
    public async Task MigrateAsync_DatabaseThatIsNotThere_SaysThatNothingWasDone(string connectionString)
    {
        await using var owner = NpgsqlDataSource.Create(connectionString);
        await AssertNotReachedAsync(owner);
    }

    [Fact]
    public async Task MigrateAsync_ConnectionLostWhileItOpens_SaysThatNothingWasDone()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // With encryption it would try again without.
        await using var owner = NpgsqlDataSource.Create(
            $"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port};Username=test;Ssl Mode=Disable;Gss Encryption Mode=Disable");
        var hangingUp = HangUpAsync();
        await AssertNotReachedAsync(owner);
        await hangingUp;

        async Task HangUpAsync()
        {
            using var client = await listener.AcceptTcpClientAsync(Stop);
            await client.GetStream().ReadAtLeastAsync(new byte[1], 1, cancellationToken: Stop);
        }
    }

    /// <summary>
    /// Nobody hears of the end of a statement whose connection fell silent. A statement that runs is waited for, and the next run finds
    /// what was done, and no lock.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MigrateAsync_ConnectionThatFellSilent_GivesUpOnlyWhenTheServerWorksNoMore(bool serverProcessEnds)
    {
        const int LooksWhileItRuns = 5;
        var database = await server.CreateDatabaseAsync();
        await TestDatabase.ExecuteAsync(database.Owner, "create table bank.thing (n integer)");
        var files = With("""
            -- step: an index
            create index concurrently thing_by_number on bank.thing (n)
            """);
        await using var proxy = new SilentProxy(database.OwnerConnectionString);
        await using var owner = NpgsqlDataSource.Create(proxy.ConnectionString);
        var reader = await ReadForLongAsync(database.Owner);
        var said = 0;
        var migrating = NewMigrator(owner, files, Say, answerCheck: TimeSpan.FromMilliseconds(100)).MigrateAsync(Stop);
        var exception = await Assert.ThrowsAsync<MigrationException>(() => migrating.WaitAsync(Patience, Stop));
        Assert.StartsWith(
            "the connection to the database was lost (the server no longer works on the statement", exception.Message,
            StringComparison.Ordinal);
        Assert.InRange(said, LooksWhileItRuns, int.MaxValue);
        await reader.DisposeAsync();
        Assert.Equal(["9001_test.sql"], await NewMigrator(database.Owner, files).MigrateAsync(Stop).WaitAsync(Patience, Stop));
        Assert.True(await IsValidAsync(database, "bank.thing_by_number"));

        void Say(string sentence)
        {
            if (++said != LooksWhileItRuns)
                return;
            proxy.FallSilent();
            if (serverProcessEnds)
                EndAsync(database, "query like '%create index concurrently%'").GetAwaiter().GetResult();
            else
                reader.Dispose();
        }
    }

    [Fact]
    public async Task MigrateAsync_StoppedOnASilentConnection_Ends()
    {
        var database = await server.CreateDatabaseAsync();
        await using var reader = await ReadForLongAsync(database.Owner);
        await using var proxy = new SilentProxy(database.OwnerConnectionString);
        await using var owner = NpgsqlDataSource.Create(proxy.ConnectionString);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var migrating = NewMigrator(owner, With("alter table bank.account add column colour text"), Say).MigrateAsync(stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => migrating.WaitAsync(Patience, Stop));

        void Say(string sentence)
        {
            proxy.FallSilent();
            stop.Cancel();
        }
    }

    /// <summary>What makes the server give up a lost client comes before the lock that it would keep.</summary>
    [Fact]
    public async Task MigrateAsync_ItsSession_IsLimitedBeforeItTakesTheLock()
    {
        var database = await server.CreateDatabaseAsync();
        await using var proxy = new SilentProxy(database.OwnerConnectionString);
        await using var owner = NpgsqlDataSource.Create(proxy.ConnectionString);
        await new Migrator(owner).MigrateAsync(Stop);
        Assert.Matches("(?s)set tcp_keepalives_idle = .*pg_try_advisory_lock", proxy.Heard);
    }

    [Fact]
    public async Task BuildSource_AnyDatabase_NoticesASilentNetwork()
    {
        await using var owner = MigrateCommand.BuildSource("Host=database");
        var settings = new NpgsqlConnectionStringBuilder(owner.ConnectionString);
        Assert.Equal((true, 10, 5), (settings.TcpKeepAlive, settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval));
    }

    /// <summary>A migrator that waited for another inside a statement would be what the other's index waits for.</summary>
    [Fact]
    public async Task MigrateAsync_ThreeAtOnceWithAnIndex_DoNotWaitForEachOther()
    {
        var database = await server.CreateDatabaseAsync();
        var files = With("""
            -- step: a table
            create table bank.thing as select n from generate_series(1, 100000) as n
            -- step: an index
            create index concurrently thing_by_number on bank.thing (n)
            """);
        var applied = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => NewMigrator(database.Owner, files).MigrateAsync(Stop)));
        Assert.Equal(["9001_test.sql"], applied.SelectMany(names => names));
    }

    [Fact]
    public async Task MigrateAsync_FunctionThatChanged_IsReplaced()
    {
        var database = await server.CreateDatabaseAsync();
        await NewMigrator(database.Owner, WithAnswer(1)).MigrateAsync(Stop);
        Assert.Equal(["functions/answer.sql"], await NewMigrator(database.Owner, WithAnswer(2)).MigrateAsync(Stop));
        Assert.Equal(2, await AnswerAsync());
        // As long as this version's function was applied once, a silo of it starts also beside a later one.
        Assert.Empty(await Migrator.FindMissingAsync(database.Silo, Stop, WithAnswer(1)));
        Assert.Equal(["functions/answer.sql"], await Migrator.FindMissingAsync(database.Silo, Stop, WithAnswer(3)));
        Assert.Equal(["functions/answer.sql"], await NewMigrator(database.Owner, WithAnswer(1)).MigrateAsync(Stop));
        Assert.Equal(1, await AnswerAsync());
        Assert.Empty(await NewMigrator(database.Owner, WithAnswer(1)).MigrateAsync(Stop));

        Task<int> AnswerAsync() => TestDatabase.ReadAsync<int>(database.Owner, "select bank.answer()");
    }

    [Fact]
    public async Task MigrateAsync_SchemaOfALaterVersion_KeepsItsFunctions()
    {
        var database = await server.CreateDatabaseAsync();
        var later = WithAnswer(2) with { Numbered = With("create table bank.later ()").Numbered };
        await NewMigrator(database.Owner, later).MigrateAsync(Stop);
        var said = new List<string>();
        Assert.Empty(await NewMigrator(database.Owner, WithAnswer(1), said.Add).MigrateAsync(Stop));
        Assert.Contains("9001_test.sql", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(2, await TestDatabase.ReadAsync<int>(database.Owner, "select bank.answer()"));
    }

    /// <summary>Stopped behind any migration, a database of the version before comes to the schema that a new one has.</summary>
    [Theory]
    [MemberData(nameof(MigrationsOfBefore))]
    public async Task MigrateAsync_StoppedBehindAnyMigrationOfBefore_ComesToTheSameSchema(int last)
    {
        var expected = await SchemaAsync((await server.CreateDatabaseAsync()).Owner);
        await using var database = await server.CreateEmptyAsync();
        try
        {
            await using var owner = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Pooling = false }.ConnectionString);
            await SchemaBefore.ApplyAsync(owner, 1, last);
            await new Migrator(owner).MigrateAsync(Stop);
            Assert.Equal(expected, await SchemaAsync(owner));
        }
        finally
        {
            await database.DropAsync(Stop);
        }
    }

    /// <summary>
    /// Silos of the version before go on beside the new schema: what they may call is there, and they still may. They do not call
    /// bank.next_business_day, which was there for the first migration.
    /// </summary>
    [Fact]
    public async Task MigrateAsync_FunctionsOfTheVersionBefore_CanStillBeCalled()
    {
        const string Functions = """
            select coalesce(array_agg(concat_ws(' ', p.oid::regprocedure, 'returns', pg_get_function_result(p.oid)) order by 1), '{}')
              from pg_proc p
             where p.pronamespace = 'bank'::regnamespace
               and p.prorettype <> 'trigger'::regtype
               and has_function_privilege('bkt_silo', p.oid, 'execute')
               and p.proname <> 'next_business_day'
            """;
        await using var database = await server.CreateEmptyAsync();
        try
        {
            await using var owner = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Pooling = false }.ConnectionString);
            await SchemaBefore.ApplyAsync(owner, 1, SchemaBefore.Last);
            var before = await TestDatabase.ReadAsync<string[]>(owner, Functions);
            await new Migrator(owner).MigrateAsync(Stop);
            Assert.Empty(before.Except(await TestDatabase.ReadAsync<string[]>(owner, Functions)));
            // And when they start, they find their migrations where they look for them.
            await using var silo = NpgsqlDataSource.Create(database.SiloConnectionString);
            Assert.Equal(
                SchemaBefore.Last,
                await TestDatabase.ReadAsync<long>(
                    silo, $"select count(*) from public.schema_migration where name < '{SchemaBefore.Last + 1:0000}'"));
        }
        finally
        {
            await database.DropAsync(Stop);
        }
    }

    [Fact]
    public async Task Functions_OfTheSchema_StandOnceEachInAFileOfTheirName()
    {
        var database = await server.CreateDatabaseAsync();
        var names = await TestDatabase.ReadAsync<string[]>(
            database.Owner,
            "select array_agg(proname::text order by proname) from pg_proc where pronamespace = 'bank'::regnamespace");
        Assert.Equal(
            names,
            MigrationFiles.Embedded.Functions
                .Select(file => Path.GetFileNameWithoutExtension(file.Name))
                .Order(StringComparer.Ordinal));
        Assert.All(MigrationFiles.Embedded.Functions, file => Assert.Contains(
            $"create or replace function bank.{Path.GetFileNameWithoutExtension(file.Name)}(", file.Text, StringComparison.Ordinal));
        Assert.All(MigrationFiles.Embedded.Numbered, file => Assert.DoesNotMatch("(?i)create (or replace )?function", file.Text));
    }

    private static MigrationFiles With(string sql) =>
        MigrationFiles.Embedded with { Numbered = [.. MigrationFiles.Embedded.Numbered, new MigrationFile("9001_test.sql", sql)] };

    private static MigrationFiles WithAnswer(int answer) => MigrationFiles.Embedded with
    {
        Functions =
        [
            .. MigrationFiles.Embedded.Functions,
            new MigrationFile(
                "functions/answer.sql", $"create or replace function bank.answer() returns integer language sql as 'select {answer}'"),
        ],
    };

    private static Migrator NewMigrator(
        NpgsqlDataSource owner, MigrationFiles files, Action<string>? say = null, int lockTries = 1_000, TimeSpan? answerCheck = null)
    {
        var options = new MigrationOptions
        {
            LockWaitMax = TimeSpan.FromMilliseconds(50),
            LockTriesMax = lockTries,
            LockRetryDelay = TimeSpan.FromMilliseconds(10),
        };
        if (answerCheck is { } interval)
            options.AnswerCheckInterval = interval;
        return new Migrator(owner, options, files, say);
    }

    private static async Task AssertNotReachedAsync(NpgsqlDataSource owner)
    {
        var exception = await Assert.ThrowsAsync<MigrationException>(() => new Migrator(owner).MigrateAsync(Stop));
        Assert.Matches(
            @"^the database could not be reached \(.+\), and nothing was done by this run\. Put that right and run 'silo migrate' again\.$",
            exception.Message);
    }

    /// <summary>A transaction that has read an account, and holds the table and what it sees until it is disposed.</summary>
    private static async Task<NpgsqlConnection> ReadForLongAsync(NpgsqlDataSource owner)
    {
        var connection = await owner.OpenConnectionAsync(Stop);
        await using var read = new NpgsqlCommand(
            "set application_name = 'long report'; begin isolation level repeatable read; select count(*) from bank.account", connection);
        await read.ExecuteNonQueryAsync(Stop);
        return connection;
    }

    private static Task<bool> IsValidAsync(TestDatabase database, string index) =>
        TestDatabase.ReadAsync<bool>(database.Owner, $"select indisvalid from pg_index where indexrelid = '{index}'::regclass");

    /// <summary>Ends a connection as soon as there is one like this.</summary>
    private static async Task EndAsync(TestDatabase database, string like)
    {
        var watch = Stopwatch.StartNew();
        while (await TestDatabase.ReadAsync<long>(database.Owner, $"""
            select count(pg_terminate_backend(pid))
              from pg_stat_activity
             where pid <> pg_backend_pid() and datname = current_database() and {like}
            """) == 0)
        {
            Assert.True(watch.Elapsed < Patience, $"There is no connection with {like}.");
        }
    }

    /// <summary>Tables with their columns, constraints, indexes and triggers, types, functions, and all rights.</summary>
    private static Task<string> SchemaAsync(NpgsqlDataSource owner) => TestDatabase.ReadAsync<string>(owner, """
        with acl as (
            select oid, string_agg(grantee_ || ':' || privilege_type, ',' order by grantee_, privilege_type) as rights
              from (select c.oid::text, c.relowner as owner_, (aclexplode(c.relacl)).* from pg_class c
                    union all
                    select p.oid::text, p.proowner, (aclexplode(p.proacl)).* from pg_proc p
                    union all
                    select a.attrelid || '.' || a.attnum, 0, (aclexplode(a.attacl)).* from pg_attribute a) as x
             cross join lateral (select case when grantee = owner_ then 'owner'
                                             else coalesce(nullif(grantee, 0)::regrole::text, 'public')
                                        end as grantee_) as named
             group by oid)
        select string_agg(line, E'\n' order by line)
          from (select concat_ws(' ', c.relname, c.relkind, c.reloptions, (select rights from acl where acl.oid = c.oid::text)) as line
                  from pg_class c
                 where c.relnamespace = 'bank'::regnamespace
                union all
                select concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                                 pg_get_expr(d.adbin, d.adrelid),
                                 (select rights from acl where acl.oid = a.attrelid || '.' || a.attnum))
                  from pg_class c
                  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
                 where c.relnamespace = 'bank'::regnamespace
                union all
                select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
                  from pg_constraint
                 where connamespace = 'bank'::regnamespace
                union all
                select pg_get_indexdef(indexrelid) from pg_index where indrelid::regclass::text like 'bank.%'
                union all
                select pg_get_triggerdef(oid) from pg_trigger where tgrelid::regclass::text like 'bank.%' and not tgisinternal
                union all
                select concat_ws(' ', pg_get_functiondef(p.oid), (select rights from acl where acl.oid = p.oid::text))
                  from pg_proc p
                 where p.pronamespace = 'bank'::regnamespace) as lines
        """);
}
