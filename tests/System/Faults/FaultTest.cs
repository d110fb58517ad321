using Npgsql;

namespace BktSmart.Faults;

/// <summary>One process dies without a word in the middle of traffic, and comes back.</summary>
[Collection(typeof(OneAtATime))]
public sealed class FaultTest(SingleSilo fault) : IClassFixture<SingleSilo>
{
    private const int Clients = 12;
    private const long Some = 100;
    private const int CutsMin = 20;
    private static readonly TimeSpan RecoveryPatience = TimeSpan.FromMinutes(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Silo_KilledTwiceUnderTraffic_LosesAndRepeatsNothing() => UnderTrafficAsync(seed: 1, async traffic =>
    {
        for (var kill = 0; kill < 2; kill++)
        {
            await MoreAsync(traffic);
            await fault.Bank.Bank.Silos[0].KillAsync();
            await fault.Bank.Bank.Silos[0].StartAsync(Stop);
        }

        await MoreAsync(traffic);
    });

    [Fact]
    public Task Postgres_KilledUnderTraffic_LosesAndRepeatsNothing() => UnderTrafficAsync(seed: 2, async traffic =>
    {
        await MoreAsync(traffic);
        await fault.Bank.Server!.KillAsync();
        await fault.Bank.Server.RestartAsync(Stop);
        await MoreAsync(traffic);
    });

    /// <summary>Connections are cut wherever a transaction of the ledger happens to be, also in its commit.</summary>
    [Fact]
    public Task Postgres_ConnectionsCutUnderTraffic_LosesAndRepeatsNothing() => UnderTrafficAsync(seed: 5, async traffic =>
    {
        await MoreAsync(traffic);
        await using var admin = NpgsqlDataSource.Create(fault.Bank.Server!.AdminConnectionString);
        await using var cut = admin.CreateCommand("""
            select count(pg_terminate_backend(pid))::integer
              from pg_stat_activity
             where query ilike '%post_batch%'
               and state <> 'idle'
               and pid <> pg_backend_pid()
            """);
        for (var cuts = 0; cuts < CutsMin;)
        {
            var settled = traffic.Settled;
            var now = (int)(await cut.ExecuteScalarAsync(Stop))!;
            cuts += now;
            // A cut for every bit of progress, so that the bank is not held up for ever.
            if (now > 0)
                await Eventually.AtLeastAsync(settled + 1, () => traffic.Settled, "transfers that are settled", RecoveryPatience);
        }

        await MoreAsync(traffic);
    });

    [Fact]
    public Task Api_KilledUnderTraffic_LosesAndRepeatsNothing() => UnderTrafficAsync(seed: 3, async traffic =>
    {
        await MoreAsync(traffic);
        await fault.Bank.Bank.Api.KillAsync();
        await fault.Bank.Bank.StartApiAsync(Stop);
        await MoreAsync(traffic);
    });

    private async Task UnderTrafficAsync(int seed, Func<Traffic, Task> faults)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var traffic = new Traffic(fault.Bank, fault.Accounts, Clients, seed);
        var running = traffic.RunAsync(stop.Token);
        try
        {
            // Traffic that fails ends the test at once.
            await await Task.WhenAny(faults(traffic), running);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await running.WaitAsync(RecoveryPatience, Stop);
        TestContext.Current.TestOutputHelper!.WriteLine(traffic.ToString());
        await Aftermath.AssertAsync(fault, traffic);
    }

    private static Task MoreAsync(Traffic traffic) =>
        Eventually.AtLeastAsync(traffic.Settled + Some, () => traffic.Settled, "transfers that are settled", RecoveryPatience);
}
