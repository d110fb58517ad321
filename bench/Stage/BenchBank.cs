using System.Diagnostics;
using BktSmart.Bench.Load;
using BktSmart.Bench.Seeding;
using BktSmart.Dev;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Database;
using BktSmart.Dev.Processes;
using Npgsql;

namespace BktSmart.Bench.Stage;

/// <summary>A bank with seeded accounts on the common server: silos and an API, as in production.</summary>
internal sealed class BenchBank : IAsyncDisposable
{
    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SettlePoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SettleWorthTelling = TimeSpan.FromSeconds(1);

    private readonly BankShape _shape;
    private readonly BankPrograms _programs;
    private readonly DataFolder _data;
    private readonly LocalDatabase _database;
    private readonly Action<string> _say;
    private LocalBank? _bank;
    private bool _warm;

    private BenchBank(BankShape shape, BankPrograms programs, DataFolder data, LocalDatabase database, Action<string> say)
    {
        (_shape, _programs, _data, _database, _say) = (shape, programs, data, database, say);
        Owner = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { MaxPoolSize = 4, CommandTimeout = 0 }.ConnectionString);
    }

    public string DatabaseName => _database.Name;

    /// <summary>The database as its owner, who may do everything.</summary>
    public NpgsqlDataSource Owner { get; }

    /// <summary>Holds a password: do not print it.</summary>
    public string OwnerConnectionString => _database.OwnerConnectionString;

    public string SiloConnectionString => _database.SiloConnectionString;

    public Uri Address => Running.Address.Customers;

    /// <summary>Where the API answers a call that does nothing.</summary>
    public Uri HealthAddress => Running.ApiOperationsGrpc;

    /// <summary>Where the silo writes SMS.</summary>
    public string SinkFile => Running.Messages.Path;

    public string AccessTokenKey => _data.Path("keys", "access-token.pem");

    public Dictionary<string, Func<IEnumerable<int>>> Processes => new()
    {
        ["api"] = () => Running.Api.Pid is { } pid ? [pid] : [],
        ["silo"] = () => Running.Silos.Select(silo => silo.Process.Pid).OfType<int>(),
    };

    /// <summary>Makes the database and its accounts; starts nothing.</summary>
    public static async Task<BenchBank> CreateAsync(
        BankShape shape, string folder, string adminConnectionString, Action<string> say, CancellationToken stop)
    {
        var programs = shape.Before ? await VersionBefore.BuildAsync(stop) : BankPrograms.Ours();
        var data = DataFolder.Open(folder, say);
        var database = await LocalDatabase.CreateAsync(
            adminConnectionString, $"bench_{shape.Name}_{Guid.NewGuid():N}"[..20], cancellationToken: stop);
        var bank = new BenchBank(shape, programs, data, database, say);
        try
        {
            say($"Seeding the bank {shape.Name}: {shape.Accounts} accounts, {shape.Entries} entries.");
            await SiloProgram.MigrateAsync(programs.Silo, database.OwnerConnectionString, stop);
            await AccountSeed.BankAsync(bank.Owner, shape.Accounts, stop);
            await EnrolmentSeed.BankAsync(bank.Owner, shape.Accounts, shape.PushTakes is not null, stop);
            await EntrySeed.BookAsync(bank.Owner, shape.Accounts, shape.Entries, AccountBook.FundsMinor, stop);
            return bank;
        }
        catch
        {
            await bank.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts silos and API; again, if they ran already, so that nothing is in memory.</summary>
    public async Task RestartAsync(CancellationToken stop)
    {
        if (_bank is not null)
            await _bank.DisposeAsync();
        _warm = false;
        _bank = new LocalBank(new LocalBankOptions
        {
            Data = _data,
            Programs = _programs,
            OwnerConnectionString = _database.OwnerConnectionString,
            SiloConnectionString = _database.SiloConnectionString,
            // A few customers come again and again.
            ApiSettings = new Dictionary<string, string>(Unlimited(
                "SignInThrottle__PerAddressAndMinute", "SignInThrottle__PerDeviceAndMinute", "SignInThrottle__PerIdentifierAndMinute",
                "SignInThrottle__RefreshesPerSessionAndMinute", "CustomerLimits__CallsAtOnceMax", "CustomerLimits__CallsPerMinute",
                "CustomerLimits__OrdersPerMinute", "CustomerLimits__WrongPayeesPerMinute", "CustomerLimits__BrakesPerMinute"))
            {
                // As the peers. Staff do not call: nobody asks the identity provider, which is not there.
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["DOTNET_ENVIRONMENT"] = "Production",
                ["StaffTokens__DevelopmentKeysFile"] = "",
                ["StaffTokens__Authority"] = "https://localhost",
            },
            SiloSettings = new Dictionary<string, string>(FreePayments.Settings())
            {
                ["Fnp__PerPhoneAndDayMax"] = "100",
                ["Messages__SinkPushDelay"] = (_shape.PushTakes ?? TimeSpan.Zero).ToString(),
                // A push that takes long is not given up and sent again.
                ["MessageDelivery__PushTimeout"] = TimeSpan.FromSeconds(10).ToString(),
                // What is due today is paid today, at any hour.
                ["StandingOrders__FirstAttemptAt"] = TimeSpan.Zero.ToString(),
            },
            Say = _ => { },
        });
        for (var more = 1; more < _shape.Silos; more++)
            _bank.AddSilo();
        _say($"Starting the bank {_shape.Name}.");
        await _bank.StartAsync(stop);
    }

    public Task EnsureRunningAsync(CancellationToken stop) => _bank is null ? RestartAsync(stop) : Task.CompletedTask;

    /// <summary>Calls by customers who are signed in, on all accounts that this bank has called.</summary>
    public LoadSpec Load(Call call, int seconds) => new()
    {
        Address = Address,
        Call = call,
        Seconds = seconds,
        Accounts = _shape.Called ?? _shape.Accounts,
        AccessTokenKey = AccessTokenKey,
    };

    /// <summary>Calls each of these accounts once, so that no later call pays for its first.</summary>
    public async Task WarmAsync(LoadProcesses loads, int inFlight, CancellationToken stop)
    {
        await EnsureRunningAsync(stop);
        if (_warm)
            return;
        var all = Load(Call.Balance, seconds: 600);
        _say($"Warming up {all.Accounts} accounts of the bank {_shape.Name}.");
        await loads.RunAsync(all with { Choice = Choice.Sequential, InFlight = inFlight }, stop);
        _warm = true;
    }

    /// <summary>Waits until every notification of what was booked is delivered, so that nobody who is measured next pays for it.</summary>
    public Task<bool> SettleAsync(CancellationToken stop) => SettleAsync(SettleMax, stop);

    /// <returns>Whether everything was delivered in this time.</returns>
    public async Task<bool> SettleAsync(TimeSpan atMost, CancellationToken stop)
    {
        if (_bank is null)
            return true;
        var watch = Stopwatch.StartNew();
        while (await ReadAsync("select count(*) from (select from bank.event limit 1) as waiting", stop) > 0)
        {
            if (watch.Elapsed > atMost)
            {
                _say(
                    $"  The bank {_shape.Name} still delivers notifications after {watch.Elapsed.TotalSeconds:F0} s; it takes processor "
                        + "time from who is next.");
                return false;
            }

            await Task.Delay(SettlePoll, stop);
        }

        if (watch.Elapsed > SettleWorthTelling)
            _say($"  The bank {_shape.Name} took {watch.Elapsed.TotalSeconds:F0} s to deliver its notifications.");
        return true;
    }

    /// <summary>The clock by which the database dates what is booked.</summary>
    public async Task<DateTime> NowAsync(CancellationToken stop)
    {
        await using var command = Owner.CreateCommand("select clock_timestamp()");
        return (DateTime)(await command.ExecuteScalarAsync(stop))!;
    }

    /// <summary>How many postings of customers, booked between two moments of <see cref="NowAsync"/>, have no notification yet.</summary>
    public async Task<long> NewsLeftAsync(DateTime from, DateTime until, CancellationToken stop)
    {
        await using var command = NewsCommand("select count(*) from posted where created_at is null", from, until);
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    /// <summary>How late the notifications were of postings of customers that were booked between two moments.</summary>
    public async Task<NewsLag> NewsLagAsync(DateTime from, DateTime until, CancellationToken stop)
    {
        await using var command = NewsCommand(
            """
            select count(*),
                   count(*) filter (where created_at is null or created_at > $2),
                   percentile_disc(0.5) within group (order by lag_ms),
                   percentile_disc(0.99) within group (order by lag_ms),
                   max(lag_ms),
                   extract(epoch from max(created_at) - $2)::float8
              from posted
            """,
            from, until);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        if (await reader.IsDBNullAsync(2, stop))
            throw new LaunchException("Nothing that was booked under this load has a notification.");
        return new NewsLag(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetDouble(2), reader.GetDouble(3), reader.GetDouble(4), reader.GetDouble(5));
    }

    public Task<long> CountTransfersAsync(CancellationToken stop) => ReadAsync("select count(*) from bank.transfer", stop);

    /// <summary>The lowest and the highest id of the customers' accounts; there is none between that is missing.</summary>
    public async Task<(long First, long Last)> AccountIdsAsync(CancellationToken stop) =>
        (await ReadAsync("select min(account_id) from bank.account where customer_number is not null", stop),
            await ReadAsync("select max(account_id) from bank.account where customer_number is not null", stop));

    /// <summary>How long the database takes to read every posting once.</summary>
    public async Task<double> SumSecondsAsync(CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        await ReadAsync("select count(*), sum(amount_minor) from bank.posting", stop);
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Proves the ledger with the bank's own program.</summary>
    public async Task<Verdict> VerifyAsync(CancellationToken stop)
    {
        // Tables that grew from nothing in seconds: autovacuum, which would tell the planner, comes once a minute.
        await using (var analyze = Owner.CreateCommand("analyze"))
            await analyze.ExecuteNonQueryAsync(stop);
        return await SiloProgram.VerifyAsync(_programs.Silo, _database.SiloConnectionString, stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_bank is not null)
            await _bank.DisposeAsync();
        await Owner.DisposeAsync();
        await _database.DropAsync(CancellationToken.None);
        await _database.DisposeAsync();
        _data.Dispose();
    }

    /// <param name="select">From <c>posted</c>: each posting with the time of its notification, if it has one.</param>
    private NpgsqlCommand NewsCommand(string select, DateTime from, DateTime until)
    {
        // No index knows when a posting was booked, or which notification tells of it: all are read.
        var command = Owner.CreateCommand($"""
            with notified as materialized (
                select customer_number, account_id, sequence_number, created_at
                  from bank.notification
                 where number >= (extract(epoch from $1) * 1000000)::bigint),
            posted as (
                select n.created_at, extract(epoch from n.created_at - p.booked_at)::float8 * 1000 as lag_ms
                  from bank.posting p
                  join bank.account a using (account_id)
                  left join notified n
                    on n.account_id = p.account_id
                   and n.sequence_number = p.sequence_number
                   and n.customer_number = a.customer_number
                 where a.customer_number is not null
                   and p.booked_at >= $1
                   and p.booked_at < $2)
            {select}
            """);
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = until });
        return command;
    }

    private async Task<long> ReadAsync(string sql, CancellationToken stop)
    {
        await using var command = Owner.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    private static Dictionary<string, string> Unlimited(params string[] settings) =>
        settings.ToDictionary(setting => setting, _ => "1000000");

    private LocalBank Running => _bank ?? throw new InvalidOperationException("The bank was not started.");
}
