using System.Globalization;
using BktSmart.Retention;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>A bank some days into the first month without a partition. The database's clock stands still until a test moves it.</summary>
internal sealed class RetentionScene
{
    public static readonly string[] TablesByMonth = ["audit", "caller_identification", "customer_event", "notification", "security_event"];

    public static readonly TimeSpan FiveYears = TimeSpan.FromDays(1_827);

    private RetentionScene(Bank bank, CustomerNumber customer, DateTimeOffset firstEnds)
    {
        (Bank, Customer, FirstEnds) = (bank, customer, firstEnds);
        Store = new RetentionStore(bank.Database.Silo);
    }

    public Bank Bank { get; }

    public TestDatabase Database => Bank.Database;

    public RetentionStore Store { get; }

    public CustomerNumber Customer { get; }

    /// <summary>When the partition ends that today's rows of before are in: the start of a month.</summary>
    public DateTimeOffset FirstEnds { get; }

    public static async Task<RetentionScene> OpenAsync(TestServer server)
    {
        var database = await server.CreateDatabaseAsync();
        var ends = new DateTimeOffset(await TestDatabase.ReadAsync<DateTime>(
            database.Owner, "select ends_at from bank.partitions('audit') where partition_name = 'audit_first'"));
        await database.StopClockAsync(ends.AddDays(9));
        var bank = new Bank(database);
        return new RetentionScene(bank, await bank.OpenCustomerAsync(), ends);
    }

    public Task GoToAsync(DateTimeOffset time) => Database.StopClockAsync(time);

    public Task<Partitions> MakeAsync(string table = "audit", int monthsAhead = 3) =>
        Store.MakePartitionsAsync(table, monthsAhead, CancellationToken.None);

    public async Task AddAsync(DateTimeOffset at, string table = "audit", string text = "text")
    {
        var number = (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        await TestDatabase.ExecuteAsync(Database.Owner, table switch
        {
            "audit" => $"insert into bank.audit (at, staff, action, detail) values ('{at:O}', '{text}', 'open-door', '{{}}')",
            "security_event" => $"""
                insert into bank.security_event (customer_number, at, kind, device_name) values ({Customer}, '{at:O}', 1, '{text}')
                """,
            "caller_identification" => $"""
                insert into bank.caller_identification (customer_number, staff, at, recognised)
                values ({Customer}, '{text}', '{at:O}', true)
                """,
            "customer_event" => $$"""
                insert into bank.customer_event (customer_number, number, kind, at, detail)
                values ({{Customer}}, {{number}}, 1, '{{at:O}}', '{"text": "{{text}}"}')
                """,
            "notification" => $"""
                insert into bank.notification (customer_number, number, account_id, sequence_number, category, title, body, created_at)
                values ({Customer}, {number}, 1, {number}, 1, '{text}', '', '{at:O}')
                """,
            _ => throw new ArgumentOutOfRangeException(nameof(table)),
        });
    }

    /// <summary>The names of the partitions, by their ends, without that of their table.</summary>
    public async Task<string> PartitionsAsync(string table = "audit") => await TestDatabase.ReadAsync<string>(Database.Silo, $"""
        select string_agg(substr(partition_name, length('{table}_') + 1), ', ' order by ends_at) from bank.partitions('{table}')
        """);

    /// <summary>What is in which partition, by ids.</summary>
    public Task<string> AuditAsync() => TestDatabase.ReadAsync<string>(Database.Owner, """
        select string_agg(staff || ' in ' || substr(tableoid::regclass::text, length('bank.audit_') + 1), ', ' order by audit_id)
          from bank.audit
         where action = 'open-door'
        """);

    public string Month(int fromFirst) => FirstEnds.AddMonths(fromFirst).ToString("yyyy_MM", CultureInfo.InvariantCulture);

    public RetentionWork Work(TimeProvider time, RetentionOptions options, Action<string> log, params RetainedTable[] tables) =>
        new(Store, tables, Options.Create(options), time, new TestLogger<RetentionWork>(id => log(id.Name!)));
}
