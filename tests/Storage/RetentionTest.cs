using BktSmart.Audit;
using BktSmart.Authentication;
using BktSmart.Cases;
using BktSmart.Customers;
using BktSmart.Hosting;
using BktSmart.Notifications;
using BktSmart.Retention;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>What the database does to keep and to forget, whoever asks it.</summary>
public sealed class RetentionTest(TestServer server)
{
    private const string Refused = "BK009";

    /// <summary>Tables without a retention, and why.</summary>
    private static readonly Dictionary<string, string[]> Kept = new()
    {
        ["money and what proves it"] =
        [
            "account", "account_history", "account_terms", "batch", "chain", "ended_silo", "leg", "open_hold", "payment_limit_change",
            "end_of_day", "end_of_day_finding", "end_of_day_movement", "end_of_day_step", "end_of_day_total", "posting", "standing_order",
            "standing_order_change", "standing_order_payment", "transfer", "transfer_detail", "trusted_payee", "verification",
        ],
        ["as many as there are customers, cards, decoys, days"] =
        [
            "agreement", "business_day", "calendar", "calendar_day", "calendar_year", "card", "credentials", "customer", "decoy", "inbox",
            "inbox_position", "retention",
        ],
        ["deleted when they are done with"] = ["event", "event_set_aside", "outbox", "revoked_session"],
        ["requests for a second person, a few a day"] = ["approval"],
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_OfTheBank_HaveARetentionThatASliceApplies()
    {
        var database = await server.CreateDatabaseAsync();
        var tables = await TestDatabase.ReadAsync<string[]>(database.Owner, """
            select array_agg(relname::text)
              from pg_class
             where relnamespace = 'bank'::regnamespace and relkind in ('r', 'p') and not relispartition
            """);
        var retained = await TestDatabase.ReadAsync<string[]>(database.Silo, """
            select array_agg(table_name || case when age_column is null then ' by month' else '' end order by table_name)
              from bank.retention
            """);
        Assert.Equal(
            tables.Except(Kept.Values.SelectMany(names => names)).Order(StringComparer.Ordinal),
            retained.Select(name => name.Split(' ')[0]).Order(StringComparer.Ordinal));

        var silo = new SiloParts();
        silo.AddAudit().AddCases().AddCustomers().AddAuthentication().AddNotifications();
        var registered = silo.Services.Select(service => service.ImplementationInstance).OfType<RetainedTable>().ToArray();
        Assert.Equal(
            retained, registered.Select(table => table.Name + (table.ByMonth ? " by month" : "")).Order(StringComparer.Ordinal));

        // What comes with the program, the database allows; and each has a setting of its own.
        var least = await new RetentionStore(database.Silo).ReadLeastAsync(Stop);
        Assert.All(registered, table => Assert.True(table.Kept(new RetentionOptions()) >= least[table.Name], table.Name));
        Assert.Equal(CustomerEvent.LeastKept, least["customer_event"]);
        Assert.All(registered, table =>
        {
            var options = new RetentionOptions();
            typeof(RetentionOptions).GetProperty(table.Setting)!.SetValue(options, TimeSpan.FromDays(4_321));
            Assert.Equal(4_321, table.Kept(options).Days);
        });
    }

    [Fact]
    public async Task MakePartitions_NewMonth_MakesThoseAheadAndNoneTwice()
    {
        var scene = await RetentionScene.OpenAsync(server);
        foreach (var table in RetentionScene.TablesByMonth)
        {
            Assert.Equal("first, default", await scene.PartitionsAsync(table));
            Assert.Equal(new Partitions(scene.FirstEnds.AddMonths(4), 0), await scene.MakeAsync(table));
            var made = $"first, {scene.Month(0)}, {scene.Month(1)}, {scene.Month(2)}, {scene.Month(3)}, default";
            Assert.Equal(made, await scene.PartitionsAsync(table));
            Assert.Equal(new Partitions(scene.FirstEnds.AddMonths(4), 0), await scene.MakeAsync(table));
            Assert.Equal(made, await scene.PartitionsAsync(table));
        }
    }

    [Fact]
    public async Task MakePartitions_LastInstantOfAMonth_IsInItAndTheNextIsNot()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await scene.MakeAsync();
        foreach (var (at, name) in new[]
        {
            (scene.FirstEnds.AddMicroseconds(-1), "before"), (scene.FirstEnds, "first"),
            (scene.FirstEnds.AddMonths(1).AddMicroseconds(-1), "last"), (scene.FirstEnds.AddMonths(1), "next"),
        })
        {
            await scene.AddAsync(at, text: name);
        }

        Assert.Equal(
            $"before in first, first in {scene.Month(0)}, last in {scene.Month(0)}, next in {scene.Month(1)}", await scene.AuditAsync());
    }

    [Fact]
    public async Task MakePartitions_ManyAtOnce_MakesEachOnce()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await using var patient = scene.Database.BuildSource();
        var makers = Enumerable.Range(0, 6).Select(async _ =>
        {
            while (true)
            {
                try
                {
                    return await new RetentionStore(patient).MakePartitionsAsync("security_event", 3, Stop);
                }
                catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
                {
                    // As the work does, without its pause.
                }
            }
        });
        Assert.Equal([new Partitions(scene.FirstEnds.AddMonths(4), 0)], (await Task.WhenAll(makers)).Distinct());
        Assert.Equal(6, (await scene.PartitionsAsync("security_event")).Split(',').Length);
    }

    [Theory]
    [InlineData("audit")]
    [InlineData("security_event")]
    [InlineData("caller_identification")]
    public async Task MakePartitions_RowsCameBeforeTheirMonth_MovesThemAndLosesNone(string table)
    {
        var scene = await RetentionScene.OpenAsync(server);
        for (var i = 0; i < 5; i++)
        {
            await scene.AddAsync(scene.FirstEnds.AddDays(i), table);
            await scene.AddAsync(scene.FirstEnds.AddMonths(1).AddDays(i), table);
            await scene.AddAsync(scene.FirstEnds.AddMonths(9).AddDays(i), table);
        }

        var rows = await RowsAsync();
        Assert.Equal(15, await CountAsync("default"));
        // Nobody makes the month of those in the distance yet.
        Assert.Equal(5, (await scene.MakeAsync(table)).DefaultRows);
        Assert.Equal(rows, await RowsAsync());
        Assert.Equal(5, await CountAsync(scene.Month(0)));
        Assert.Equal(5, await CountAsync(scene.Month(1)));
        await AssertKeepsRowsAsync(scene, table);
        await scene.GoToAsync(scene.FirstEnds.AddMonths(9));
        Assert.Equal(new Partitions(scene.FirstEnds.AddMonths(13), 0), await scene.MakeAsync(table));
        Assert.Equal(rows, await RowsAsync());
        await AssertKeepsRowsAsync(scene, table);

        Task<string> RowsAsync() => TestDatabase.ReadAsync<string>(
            scene.Database.Owner, $"select string_agg(t::text, '/' order by t::text) from bank.{table} t");

        Task<long> CountAsync(string partition) =>
            TestDatabase.ReadAsync<long>(scene.Database.Owner, $"select count(*) from only bank.{table}_{partition}");
    }

    [Fact]
    public async Task MakePartitions_TooManyRowsToMove_LeavesTheMonthAloneUntilTheOwnerAllowsThem()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await scene.AddAsync(scene.FirstEnds, text: "one");
        await scene.AddAsync(scene.FirstEnds, text: "two");
        Assert.Equal(2, await MakeAsync(1));
        Assert.Equal($"first, {scene.Month(1)}, {scene.Month(2)}, {scene.Month(3)}, default", await scene.PartitionsAsync());
        Assert.Equal("one in default, two in default", await scene.AuditAsync());
        Assert.Equal(0, await MakeAsync(2));
        Assert.Equal($"one in {scene.Month(0)}, two in {scene.Month(0)}", await scene.AuditAsync());

        Task<long> MakeAsync(int rowsMovedMax) => TestDatabase.ReadAsync<long>(
            scene.Database.Owner, $"select default_rows from bank.make_partitions('audit', 3, {rowsMovedMax})");
    }

    [Fact]
    public async Task Partitions_OfAppendOnlyTables_KeepEachRowAlsoAgainstTheOwner()
    {
        var scene = await RetentionScene.OpenAsync(server);
        foreach (var table in RetentionScene.TablesByMonth.Except(["notification"]))
        {
            await scene.MakeAsync(table);
            foreach (var at in (DateTimeOffset[])[scene.FirstEnds.AddDays(-1), scene.FirstEnds, scene.FirstEnds.AddYears(9)])
                await scene.AddAsync(at, table);
            await AssertKeepsRowsAsync(scene, table);
        }
    }

    [Theory]
    [InlineData("audit", 1_826)]
    [InlineData("audit", -1)]
    [InlineData("security_event", 1_826)]
    [InlineData("caller_identification", 396)]
    [InlineData("posting", 9_999)]
    public async Task DropPartition_LessThanIsKept_IsRefused(string table, int days)
    {
        var scene = await RetentionScene.OpenAsync(server);
        await scene.GoToAsync(scene.FirstEnds.AddYears(20));
        var exception = await Assert.ThrowsAsync<PostgresException>(
            () => scene.Store.DropPartitionAsync(table, TimeSpan.FromDays(days), Stop));
        Assert.Equal(Refused, exception.SqlState);
    }

    [Theory]
    [InlineData("fnp_message", 396)]
    [InlineData("support_case", 396)]
    [InlineData("stray_attempt", 6)]
    [InlineData("audit", 9_999)]
    [InlineData("customer", 9_999)]
    public async Task ForgetRows_LessThanIsKeptOrAnotherTable_IsRefused(string table, int days)
    {
        var database = await server.CreateDatabaseAsync();
        var exception = await Assert.ThrowsAsync<PostgresException>(
            () => new RetentionStore(database.Silo).ForgetRowsAsync(table, TimeSpan.FromDays(days), 10, Stop));
        Assert.Equal(Refused, exception.SqlState);
    }

    [Fact]
    public async Task MakePartitions_TableWithoutARetention_IsRefused()
    {
        var database = await server.CreateDatabaseAsync();
        var exception = await Assert.ThrowsAsync<PostgresException>(
            () => new RetentionStore(database.Silo).MakePartitionsAsync("posting", 3, Stop));
        Assert.Equal(Refused, exception.SqlState);
    }

    [Fact]
    public async Task DropPartition_MonthsThatAreOldEnough_AreDroppedOneByOneAndNoOther()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await scene.MakeAsync();
        await scene.AddAsync(scene.FirstEnds.AddDays(-1), text: "old");
        await scene.AddAsync(scene.FirstEnds.AddMonths(1).AddMicroseconds(-1), text: "older");
        await scene.AddAsync(scene.FirstEnds.AddMonths(1), text: "young");
        await scene.AddAsync(scene.FirstEnds.AddYears(-1), text: "ancient");

        await scene.GoToAsync(scene.FirstEnds + RetentionScene.FiveYears - TimeSpan.FromMicroseconds(1));
        Assert.Null(await DropAsync());
        await scene.GoToAsync(scene.FirstEnds + RetentionScene.FiveYears);
        Assert.Equal("audit_first", await DropAsync());
        Assert.Null(await DropAsync());
        await scene.GoToAsync(scene.FirstEnds.AddMonths(1) + RetentionScene.FiveYears);
        // Kept for longer, if the silo says so.
        Assert.Null(await scene.Store.DropPartitionAsync("audit", TimeSpan.FromDays(1_828), Stop));
        Assert.Equal($"audit_{scene.Month(0)}", await DropAsync());
        Assert.Null(await DropAsync());
        Assert.Equal($"young in {scene.Month(1)}", await scene.AuditAsync());
        // The default partition is none that ever gets old.
        await scene.AddAsync(scene.FirstEnds, text: "late");
        await scene.GoToAsync(scene.FirstEnds.AddYears(50));
        while (await DropAsync() is not null)
        {
        }

        Assert.Equal("late in default", await scene.AuditAsync());
        await scene.MakeAsync();
        await scene.AddAsync(scene.FirstEnds.AddYears(50), text: "next");

        Task<string?> DropAsync() => scene.Store.DropPartitionAsync("audit", RetentionScene.FiveYears, Stop);
    }

    /// <summary>Bounds that lie stand for whatever might.</summary>
    [Fact]
    public async Task DropPartition_RowThatIsYoungerThanItsMonth_KeepsThePartition()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await scene.GoToAsync(scene.FirstEnds.AddYears(8));
        await TestDatabase.ExecuteAsync(scene.Database.Owner, $"""
            create table bank.audit_wrong (like bank.audit including all);
            alter table bank.audit_wrong add constraint lie check (at >= '{scene.FirstEnds:O}' and at < '{scene.FirstEnds.AddMonths(1):O}');
            """);
        await TestDatabase.ExecuteAsync(scene.Database.Corruptor, $"""
            alter table bank.audit_wrong drop constraint lie;
            insert into bank.audit_wrong (at, staff, action, detail)
            values ('{scene.FirstEnds.AddYears(8):O}', 'young', 'open-door', '1');
            alter table bank.audit_wrong
                add constraint lie check (at >= '{scene.FirstEnds:O}' and at < '{scene.FirstEnds.AddMonths(1):O}') not valid;
            update pg_constraint set convalidated = true where conname = 'lie';
            alter table bank.audit_wrong alter audit_id drop identity;
            """);
        await GiveToOwnerOfFunctionsAsync(scene, "audit_wrong");
        await TestDatabase.ExecuteAsync(scene.Database.Owner, $"""
            alter table bank.audit attach partition bank.audit_wrong
                for values from ('{scene.FirstEnds:O}') to ('{scene.FirstEnds.AddMonths(1):O}')
            """);
        Assert.Equal("audit_first", await scene.Store.DropPartitionAsync("audit", RetentionScene.FiveYears, Stop));
        var exception = await Assert.ThrowsAsync<PostgresException>(
            () => scene.Store.DropPartitionAsync("audit", RetentionScene.FiveYears, Stop));
        Assert.Equal(PostgresErrorCodes.AssertFailure, exception.SqlState);
        Assert.Equal("young in wrong", await scene.AuditAsync());
    }

    /// <summary>A reader that stays holds the table. Neither of the two may make writers wait behind it.</summary>
    [Fact]
    public async Task DropPartition_ReaderHoldsTheTable_GivesUpAndLetsOthersPass()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await scene.MakeAsync("caller_identification");
        await scene.GoToAsync(scene.FirstEnds.AddYears(8));
        // Its own limit, not that of the session, keeps others from waiting.
        await using var patient = scene.Database.BuildSource(lockWaitMax: TimeSpan.FromMinutes(1));
        var store = new RetentionStore(patient);
        await using (var reader = await scene.Database.Owner.OpenConnectionAsync(Stop))
        {
            await using var reading = await reader.BeginTransactionAsync(Stop);
            await using (var read = new NpgsqlCommand("select count(*) from bank.caller_identification", reader, reading))
                await read.ExecuteScalarAsync(Stop);
            await AssertGivesUpAsync(() => store.DropPartitionAsync("caller_identification", RetentionScene.FiveYears, Stop));
            await AssertGivesUpAsync(() => store.MakePartitionsAsync("caller_identification", 9, Stop));
        }

        Assert.Equal(
            "caller_identification_first",
            await scene.Store.DropPartitionAsync("caller_identification", RetentionScene.FiveYears, Stop));
        await scene.MakeAsync("caller_identification", 9);

        async Task AssertGivesUpAsync(Func<Task> work)
        {
            var working = Assert.ThrowsAsync<PostgresException>(work);
            for (var passed = 0; passed < 3 || !working.IsCompleted; passed++)
                await scene.AddAsync(scene.FirstEnds.AddYears(8), "caller_identification");
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, (await working).SqlState);
        }
    }

    [Fact]
    public async Task Functions_KeyThatCountsMicroseconds_DoTheSame()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await TestDatabase.ExecuteAsync(scene.Database.Owner, """
            create table bank.thing (owner integer not null, number bigint not null, primary key (owner, number))
                partition by range (number);
            create table bank.thing_default partition of bank.thing default;
            insert into bank.retention (table_name, kept_min) values ('thing', '10 days');
            """);
        await GiveToOwnerOfFunctionsAsync(scene, "thing", "thing_default");
        var (start, next) = (scene.FirstEnds, scene.FirstEnds.AddMonths(1));
        await AddAsync(1, start.AddMicroseconds(-1));
        await AddAsync(2, start);
        await AddAsync(3, next.AddMicroseconds(-1));
        await AddAsync(4, next);
        Assert.Equal(new Partitions(start.AddMonths(3), 1), await scene.MakeAsync("thing", 2));
        Assert.Equal($"{scene.Month(0)}, {scene.Month(1)}, {scene.Month(2)}, default", await scene.PartitionsAsync("thing"));
        Assert.Equal(
            $"1 default, 2 {scene.Month(0)}, 3 {scene.Month(0)}, 4 {scene.Month(1)}",
            await TestDatabase.ReadAsync<string>(scene.Database.Owner, """
                select string_agg(owner || ' ' || substr(tableoid::regclass::text, length('bank.thing_') + 1), ', ' order by owner)
                  from bank.thing
                """));
        await scene.GoToAsync(next.AddDays(10).AddMicroseconds(-1));
        Assert.Null(await scene.Store.DropPartitionAsync("thing", TimeSpan.FromDays(10), Stop));
        await scene.GoToAsync(next.AddDays(10));
        Assert.Equal($"thing_{scene.Month(0)}", await scene.Store.DropPartitionAsync("thing", TimeSpan.FromDays(10), Stop));
        Assert.Null(await scene.Store.DropPartitionAsync("thing", TimeSpan.FromDays(10), Stop));

        Task AddAsync(int owner, DateTimeOffset at) => TestDatabase.ExecuteAsync(
            scene.Database.Owner, $"insert into bank.thing values ({owner}, {(at - DateTimeOffset.UnixEpoch).Ticks / 10})");
    }

    [Fact]
    public async Task ForgetRows_OldAndYoung_DeletesTheOldestFirstAndNoYoungOne()
    {
        var scene = await RetentionScene.OpenAsync(server);
        var now = scene.FirstEnds;
        await scene.GoToAsync(now);
        await TestDatabase.ExecuteAsync(scene.Database.Silo, $"""
            insert into bank.fnp_message (message_id, reference, session_id, customer_number, phone, purpose, sent_at, state, state_at)
            select gen_random_uuid(), n, gen_random_uuid(), {scene.Customer}, '+355672000001', 1,
                   timestamptz '{now:O}' - interval '397 days' + interval '1 microsecond' * (n - 8), 1, now()
              from generate_series(1, 10) as n;
            insert into bank.support_case (customer_number, kind, opened_at, closed_at)
            select {scene.Customer}, n, '{now.AddYears(-9):O}',
                   case when n < 9 then timestamptz '{now:O}' - interval '397 days' + interval '1 microsecond' * (n - 8) end
              from generate_series(1, 10) as n;
            insert into bank.stray_attempt (at, kind)
            select timestamptz '{now:O}' - interval '30 days' + interval '1 microsecond' * (n - 8), n from generate_series(1, 10) as n;
            """);
        foreach (var (table, column, days) in new[]
        {
            ("fnp_message", "reference::integer", 397), ("support_case", "kind::integer", 397), ("stray_attempt", "kind::integer", 30),
        })
        {
            var kept = TimeSpan.FromDays(days);
            Assert.Equal(3, await scene.Store.ForgetRowsAsync(table, kept, 3, Stop));
            Assert.Equal((int[])[4, 5, 6, 7, 8, 9, 10], await LeftAsync());
            await using (var other = await scene.Database.Owner.OpenConnectionAsync(Stop))
            {
                await using var holding = await other.BeginTransactionAsync(Stop);
                await using (var hold = new NpgsqlCommand($"select from bank.{table} where {column} = 5 for update", other, holding))
                    await hold.ExecuteNonQueryAsync(Stop);
                Assert.Equal(3, await scene.Store.ForgetRowsAsync(table, kept, 9, Stop));
                Assert.Equal((int[])[5, 8, 9, 10], await LeftAsync());
            }

            Assert.Equal(1, await scene.Store.ForgetRowsAsync(table, kept, 9, Stop));
            Assert.Equal(0, await scene.Store.ForgetRowsAsync(table, kept, 9, Stop));
            Assert.Equal((int[])[8, 9, 10], await LeftAsync());

            Task<int[]> LeftAsync() => TestDatabase.ReadAsync<int[]>(
                scene.Database.Owner, $"select array_agg({column} order by {column}) from bank.{table}");
        }
    }

    [Theory]
    [InlineData("fnp_message", "sent_at", "fnp_message_by_time")]
    [InlineData("support_case", "closed_at", "support_case_by_end")]
    [InlineData("stray_attempt", "at", "stray_attempt_by_time")]
    public async Task ForgetRows_Statement_FindsItsRowsByTheIndex(string table, string column, string index)
    {
        var database = await server.CreateDatabaseAsync();
        await using var connection = await database.Owner.OpenConnectionAsync(Stop);
        await using var explain = new NpgsqlCommand(
            $"set enable_seqscan = off; set enable_sort = off; explain (format json) select ctid from bank.{table} where {column} < now() "
            + $"order by {column} limit 10 for update skip locked", connection);
        await using var reader = await explain.ExecuteReaderAsync(Stop);
        await reader.ReadAsync(Stop);
        Assert.Contains($"\"{index}\"", reader.GetString(0), StringComparison.Ordinal);
    }

    /// <summary>The list of a customer takes a few rows of each month, not all of them.</summary>
    [Fact]
    public async Task SecurityLog_ManyMonths_IsReadByTheIndexOfEach()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await scene.MakeAsync("security_event", 60);
        await using var connection = await scene.Database.Silo.OpenConnectionAsync(Stop);
        await using var explain = new NpgsqlCommand(
            "set enable_seqscan = off; explain select event_id from bank.security_event where customer_number = 1 and event_id < 9 "
            + "order by event_id desc limit 20; reset enable_seqscan", connection);
        await using var reader = await explain.ExecuteReaderAsync(Stop);
        var plan = new List<string>();
        while (await reader.ReadAsync(Stop))
            plan.Add(reader.GetString(0));
        Assert.Contains(plan, line => line.Contains("Merge Append", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("->  Sort", StringComparison.Ordinal));
    }

    /// <summary>A copied database has another owner, who may act as the one that its functions run as.</summary>
    private static async Task GiveToOwnerOfFunctionsAsync(RetentionScene scene, params string[] tables)
    {
        foreach (var table in tables)
        {
            await TestDatabase.ExecuteAsync(scene.Database.Corruptor, $"""
                do $$ begin
                    execute format('alter table bank.{table} owner to %s',
                        (select proowner::regrole from pg_proc where proname = 'make_partitions'));
                end $$
                """);
        }
    }

    private static async Task AssertKeepsRowsAsync(RetentionScene scene, string table)
    {
        var partitions = await TestDatabase.ReadAsync<string[]>(
            scene.Database.Owner, $"select array_agg(partition_name) || text '{table}' from bank.partitions('{table}')");
        Assert.InRange(partitions.Length, 7, 99);
        foreach (var partition in partitions)
        {
            string[] changes =
            [
                $"delete from bank.{partition}", $"update bank.{partition} set customer_number = customer_number",
                $"truncate bank.{partition}",
            ];
            foreach (var sql in changes)
            {
                await AssertRefusedAsync(scene.Database.Owner, sql, PostgresErrorCodes.RestrictViolation);
                await AssertRefusedAsync(scene.Database.Silo, sql, PostgresErrorCodes.InsufficientPrivilege);
            }

            if (partition != table)
                await AssertRefusedAsync(scene.Database.Silo, $"select from bank.{partition}", PostgresErrorCodes.InsufficientPrivilege);
        }

        static async Task AssertRefusedAsync(NpgsqlDataSource source, string sql, string state)
        {
            var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(source, sql));
            Assert.True(state == exception.SqlState, $"{sql}: {exception.SqlState} {exception.MessageText}");
        }
    }

    /// <summary>What slices register, without a silo.</summary>
    private sealed class SiloParts : ISiloBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public IConfiguration Configuration { get; } = new ConfigurationBuilder().Build();
    }
}
