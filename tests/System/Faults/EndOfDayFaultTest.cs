using BktSmart.Dev.Bank;
using BktSmart.Staff.V1;
using Grpc.Core;
using Npgsql;
using static System.FormattableString;
using Date = BktSmart.V1.Date;

namespace BktSmart.Faults;

/// <summary>A bank of two silos that is a few days behind, and whose end-of-day takes its time.</summary>
public sealed class DatedSilos() : FaultBank("end-of-day", silos: 2)
{
    protected override async Task<TestBank> StartAsync()
    {
        var bank = await TestBank.StartAsync(
            "end-of-day", silos: 2, ownServer: true,
            settings: new Dictionary<string, string>
            {
                ["EndOfDay__Interval"] = "00:00:01",
                ["EndOfDay__AccountsAtOnce"] = "1",
                ["EndOfDay__BatchesAtOnce"] = "5",
                ["EndOfDay__Rest"] = "2",
                ["EndOfDay__Lease"] = "00:00:10",
            },
            prepare: async bank =>
            {
                await bank.Bank.MigrateAsync(TestContext.Current.CancellationToken);
                await using var behind = bank.Sql.CreateCommand(
                    "update bank.business_day set business_date = (now() at time zone 'Europe/Tirane')::date - 5");
                await behind.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            });
        ExpectFaults(bank);
        return bank;
    }
}

/// <summary>R1, R13: end-of-day starts once, whoever asks, and survives the silo that goes through it.</summary>
[Collection(typeof(OneAtATime))]
public sealed class EndOfDayFaultTest(DatedSilos fault) : IClassFixture<DatedSilos>
{
    private const int Clients = 6;
    private const int StartsAtOnce = 10;
    private const long SomeTransfers = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => fault.Bank;

    [Fact]
    public async Task EndOfDay_TwoSilosStartItAndEachStepLosesItsSilo_IsClosedAndTies()
    {
        var traffic = new Traffic(Bank, fault.Accounts, Clients, seed: 24);
        await traffic.DuringAsync(
            async () =>
            {
                await Eventually.AtLeastAsync(SomeTransfers, () => traffic.Settled, "transfers that are settled");
                var date = await StartAsync();
                var settled = traffic.Settled;
                // No step passes while a silo starts again.
                await using var batches = await HoldAsync(EndOfDayStep.Batches);
                await using var payments = await HoldAsync(EndOfDayStep.Payments);
                await KillAtAsync(EndOfDayStep.Accounts);
                await batches.DisposeAsync();
                await KillAtAsync(EndOfDayStep.Batches);
                await SomebodyWaitsForAsync(payments);
                await ReplaceAsync(Bank.Bank.Silos[1]);
                await payments.DisposeAsync();
                await Eventually.AtLeastAsync(settled + SomeTransfers, () => traffic.Settled, "transfers that are settled", Patience);
                await AssertClosedAsync(date);
            },
            Patience);
        await Aftermath.AssertAsync(fault, traffic);
    }

    /// <summary>Many at once, by two operators, through whichever silo.</summary>
    private async Task<Date> StartAsync()
    {
        var desk = Desk("operator-1");
        var open = await desk.GetBusinessDayAsync(new GetBusinessDayRequest(), cancellationToken: Stop);
        var started = await Task.WhenAll(Enumerable.Range(0, StartsAtOnce).Select(i => Task.Run(async () =>
            (await Desk($"operator-{i}").StartEndOfDayAsync(
                new StartEndOfDayRequest { BusinessDate = open.BusinessDate }, cancellationToken: Stop)).EndOfDay)));
        Assert.All(started, ended => Assert.Equal(started[0], ended));
        Assert.Single((await desk.ListEndsOfDayAsync(new ListEndsOfDayRequest(), cancellationToken: Stop)).EndsOfDay);
        return open.BusinessDate;
    }

    /// <summary>Kills the silo that is in the middle of a step, and starts it again.</summary>
    private async Task KillAtAsync(EndOfDayStep step)
    {
        var runner = "";
        await Eventually.EqualAsync(
            true,
            async () => (runner = await Bank.ReadAsync<string>(
                """
                select coalesce(max(runner), '')
                  from bank.end_of_day_step
                 where step = $1 and done > 0 and finished_at is null
                """, (short)step)).Length > 0,
            $"a silo is at {step}", Patience);
        await ReplaceAsync(Bank.Bank.Silos.Single(silo => runner.Contains(Invariant($":{silo.SiloPort}@"), StringComparison.Ordinal)));
    }

    /// <returns>Keeps the row of the step locked until it is disposed.</returns>
    private async Task<NpgsqlConnection> HoldAsync(EndOfDayStep step)
    {
        var operators = await Bank.Sql.OpenConnectionAsync(Stop);
        await operators.BeginTransactionAsync(Stop);
        await using var hold = new NpgsqlCommand("select 1 from bank.end_of_day_step where step = $1 for update", operators)
        {
            Parameters = { new() { Value = (short)step } },
        };
        await Eventually.EqualAsync(1, async () => await hold.ExecuteScalarAsync(Stop) as int? ?? 0, $"{step} is planned", Patience);
        return operators;
    }

    private Task SomebodyWaitsForAsync(NpgsqlConnection holder) => Eventually.EqualAsync(
        true,
        () => Bank.ReadAsync<bool>(
            "select exists (select from pg_locks where not granted and $1 = any(pg_blocking_pids(pid)))", holder.ProcessID),
        "a silo waits for a step", Patience);

    private static async Task ReplaceAsync(LocalSilo silo)
    {
        await silo.KillAsync();
        await silo.StartAsync(Stop);
    }

    private async Task AssertClosedAsync(Date date)
    {
        EndOfDayReport? last = null;
        using var watch = Desk("operator-1").WatchEndOfDay(new WatchEndOfDayRequest { BusinessDate = date }, cancellationToken: Stop);
        while (await watch.ResponseStream.MoveNext(Stop))
            last = watch.ResponseStream.Current.Report;
        Assert.NotNull(last);
        Assert.True(last.Closed);
        Assert.All(last.Steps, step => Assert.Equal((step.TotalCount, 0), (step.DoneCount, step.FindingCount)));
        Assert.True(last.Totals.Sum(total => total.TransferCount) > SomeTransfers);
        Assert.All(last.Movements, movement => Assert.Equal(movement.Debits, movement.Credits));
    }

    private BusinessDayService.BusinessDayServiceClient Desk(string subject) =>
        new(Bank.Client.AsStaff(Bank.Bank.Staff.Issue(subject, ["operations"])));
}
