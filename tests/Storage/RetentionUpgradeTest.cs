using BktSmart.Silo.Migration;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>Tables of the version before become tables by months while its silos read and write them.</summary>
public sealed class RetentionUpgradeTest(TestServer server)
{
    private const int RowsBefore = 20_000;

    /// <summary>As silos of the version before have them.</summary>
    private static readonly (string Table, string Columns, string Insert, string Read)[] Statements =
    [
        (
            "notification", "customer_number, number, account_id, sequence_number, category, title, body, created_at",
            """
            select (bank.write_inboxes(
                       array[customer_number], array[source], array[position], array[position + 1],
                       array[(select max(number) from bank.notification n where n.customer_number = p.customer_number)],
                       array[1], array[position + 1], array[1::smallint], array['title'], array['body'], 'push', interval '1 hour')).written
                   = array[1]
              from bank.inbox_position p
             where customer_number = 100000001 and source = 1
            """,
            """
            with newest as (
                select number from bank.notification where customer_number = 100000001 and number < 9e15 order by number desc limit 20
            ), seen as (
                update bank.notification set read_at = clock_timestamp()
                 where customer_number = 100000001 and number <= (select max(number) from newest) and read_at is null
                returning number
            )
            select count(*) = 20 from newest
            """),
        (
            "customer_event", "customer_number, number, kind, at, detail",
            "select true from bank.tell_customer(100000001, 1::smallint, '{}')",
            "select count(*) = 20 from (select from bank.customer_event where customer_number = 100000001 and number > 7 "
            + "order by number limit 20) x"),
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
            foreach (var (table, _, _, _) in Statements)
            {
                Assert.Equal(
                    $"bank.{table}_first",
                    await TestDatabase.ReadAsync<string>(
                        owner, $"select string_agg(distinct tableoid::regclass::text, ' ') from bank.{table}"));
            }

            Assert.Equal(0, await TestDatabase.ReadAsync<long>(owner, """
                select count(*)
                  from (select sequence_number, lag(sequence_number, 1, 0) over (order by number) as last from bank.notification) n
                 where sequence_number <> last + 1
                """));
        }
        finally
        {
            await database.DropAsync(Stop);
        }
    }

    private static async Task FillAsync(NpgsqlDataSource owner) => await TestDatabase.ExecuteAsync(owner, $$"""
        set bktsmart.positions_moved = 'yes';
        insert into bank.customer (customer_number, request_id, national_id, name, phone, language, opened_at)
        values (100000001, gen_random_uuid(), 'J00101001A', 'Arta Hoxha', '+355672000001', 1, now());
        insert into bank.notification (
            customer_number, number, account_id, sequence_number, category, title, body, created_at, push_settled_at, read_at)
        select 100000001, n, 1, n, 1, 'title', 'body ' || n, now() - interval '1 hour', now(), case when n % 2 = 0 then now() end
          from generate_series(1, {{RowsBefore}}) as n;
        insert into bank.inbox_position (customer_number, source, position) values (100000001, 1, {{RowsBefore}});
        insert into bank.customer_event (customer_number, number, kind, at, detail)
        select 100000001, n, 1, now() - interval '1 hour', '{}'
          from generate_series(1, {{RowsBefore}}) as n;
        """);

    /// <summary>What was there before, but for when it was read.</summary>
    private static async Task<string> RowsAsync(NpgsqlDataSource owner)
    {
        var rows = "";
        foreach (var (table, columns, _, _) in Statements)
        {
            rows += await TestDatabase.ReadAsync<string>(owner, $"""
                select count(*) || ' ' || md5(string_agg(t::text, '/' order by number)) || ' '
                  from (select {columns} from bank.{table} where number <= {RowsBefore}) t
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
                await TestDatabase.ReadAsync<long>(owner, $"select count(*) from bank.{Statements[i].Table} where number > {RowsBefore}"));
        }

        // One session, with its prepared statements, through all of it.
        async Task WorkAsync(int i)
        {
            await using var connection = await silo.OpenConnectionAsync(Stop);
            while (!stop.IsCancellationRequested)
            {
                Assert.True(await RunAsync(connection, Statements[i].Insert), Statements[i].Insert);
                Volatile.Write(ref written[i], written[i] + 1);
                Assert.True(await RunAsync(connection, Statements[i].Read), Statements[i].Read);
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
        await using var command = new NpgsqlCommand(sql, connection);
        return (bool)(await command.ExecuteScalarAsync(Stop))!;
    }
}
