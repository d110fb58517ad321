using BktSmart.Silo.Migration;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>Tables of the version before become tables by months while its silos read and write them.</summary>
public sealed class RetentionUpgradeTest(TestServer server)
{
    private const int RowsBefore = 20_000;

    /// <summary>As silos of the version before have them.</summary>
    private static readonly (string Table, string Id, string Insert, string Read)[] Statements =
    [
        (
            "audit", "audit_id",
            "insert into bank.audit (at, staff, action, customer_number, detail) values ($1, $2, 'open-door', 100000001, '{}')",
            "select count(*) from (select from bank.audit where audit_id < 9000000 order by audit_id desc limit 20) x "
            + "where $1 > '-infinity' and $2 <> ''"),
        (
            "security_event", "event_id",
            "insert into bank.security_event (customer_number, at, kind, device_id, device_name, origin) "
            + "values (100000001, $1, 1, null, $2, null)",
            "select count(*) from (select from bank.security_event where customer_number = 100000001 and event_id < 9000000 "
            + "order by event_id desc limit 20) x where $1 > '-infinity' and $2 <> ''"),
        (
            "caller_identification", "identification_id",
            "insert into bank.caller_identification (customer_number, staff, at, recognised) "
            + "select c.customer_number, $2, $1, true from bank.customer c where c.customer_number = 100000001 returning recognised",
            "select count(*) from bank.caller_identification where customer_number = 100000001 and staff = $2 and at >= $1"),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MigrateAsync_FullTablesInUse_KeepsEachRowAndStopsNobody()
    {
        await using var database = await server.CreateEmptyAsync();
        try
        {
            await using var owner = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Pooling = false }.ConnectionString);
            await SchemaBefore.ApplyAsync(owner, 1, SchemaBefore.Last);
            await FillAsync(owner);
            var before = await RowsAsync(owner);
            await using (var silo = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.SiloConnectionString)
            {
                Pooling = false,
                SearchPath = "bank, orleans",
                MaxAutoPrepare = 10,
                AutoPrepareMinUsages = 2,
            }.ConnectionString))
            {
                await UpgradeInUseAsync(owner, silo);
            }

            Assert.Equal(before, await RowsAsync(owner));
            foreach (var (table, id, _, _) in Statements)
            {
                Assert.Equal(
                    $"bank.{table}_first",
                    await TestDatabase.ReadAsync<string>(
                        owner, $"select string_agg(distinct tableoid::regclass::text, ' ') from bank.{table}"));
                Assert.Equal(
                    RowsBefore + 1,
                    await TestDatabase.ReadAsync<long>(owner, $"select min({id}) from bank.{table} where at > now() - interval '1 hour'"));
                Assert.Equal(
                    "(0,0)",
                    await TestDatabase.ReadAsync<string>(owner, $"""
                        select (count(*) - count(distinct {id}), count(*) filter (where {id} is null))::text from bank.{table}
                        """));
            }
        }
        finally
        {
            await database.DropAsync(Stop);
        }
    }

    private static async Task FillAsync(NpgsqlDataSource owner) => await TestDatabase.ExecuteAsync(owner, $$"""
        insert into bank.customer (customer_number, request_id, national_id, name, phone, language, opened_at)
        values (100000001, gen_random_uuid(), 'J00101001A', 'Arta Hoxha', '+355672000001', 1, now());
        insert into bank.audit (at, staff, action, customer_number, detail)
        select now() - interval '6 years' + n * interval '1 hour', 'teller', 'do', 100000001, '{"approval": "1"}'
          from generate_series(1, {{RowsBefore}}) as n;
        insert into bank.security_event (customer_number, at, kind, device_id, device_name, origin)
        select 100000001, now() - interval '6 years' + n * interval '1 hour', n % 9, gen_random_uuid(), 'Phone', '10.0.0.0/24'
          from generate_series(1, {{RowsBefore}}) as n;
        insert into bank.caller_identification (customer_number, staff, at, recognised)
        select 100000001, 'desk', now() - interval '6 years' + n * interval '1 hour', n % 2 = 0
          from generate_series(1, {{RowsBefore}}) as n;
        """);

    /// <summary>What was there before.</summary>
    private static async Task<string> RowsAsync(NpgsqlDataSource owner)
    {
        var rows = "";
        foreach (var (table, id, _, _) in Statements)
        {
            rows += await TestDatabase.ReadAsync<string>(owner, $"""
                select count(*) || ' ' || md5(string_agg(t::text, '/' order by {id})) || ' ' from bank.{table} t where {id} <= {RowsBefore}
                """);
        }

        return rows;
    }

    private static async Task UpgradeInUseAsync(NpgsqlDataSource owner, NpgsqlDataSource silo)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var written = new int[Statements.Length];
        var working = Statements.Select((_, i) => Task.Run(() => WorkAsync(i), Stop)).ToArray();
        try
        {
            await MoreAsync();
            var migrating = new Migrator(owner).MigrateAsync(Stop);
            await await Task.WhenAny([migrating, .. working]);
            await migrating;
            await MoreAsync();
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(working);
        }

        for (var i = 0; i < Statements.Length; i++)
        {
            Assert.Equal(
                written[i],
                await TestDatabase.ReadAsync<long>(owner, $"""
                    select count(*) from bank.{Statements[i].Table} where {Statements[i].Id} > {RowsBefore}
                    """));
        }

        // One session, with its prepared statements, through all of it.
        async Task WorkAsync(int i)
        {
            await using var connection = await silo.OpenConnectionAsync(Stop);
            while (!stop.IsCancellationRequested)
            {
                Assert.True(await RunAsync(connection, Statements[i].Insert), Statements[i].Insert);
                Volatile.Write(ref written[i], written[i] + 1);
                await RunAsync(connection, Statements[i].Read);
            }
        }

        async Task MoreAsync()
        {
            var until = written.Select(count => count + 50).ToArray();
            while (written.Zip(until).Any(pair => pair.First < pair.Second))
            {
                Assert.Empty(working.Where(task => task.IsFaulted).Select(task => task.Exception!.ToString()));
                await Task.Yield();
            }
        }
    }

    private static async Task<bool> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new() { Value = DateTime.UtcNow }, new() { Value = "new" } },
        };
        await using var reader = await command.ExecuteReaderAsync(Stop);
        await reader.CloseAsync();
        return reader.RecordsAffected == 1;
    }
}
