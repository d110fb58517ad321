using BktSmart.Dev.Processes;

namespace BktSmart.Faults;

/// <summary>Two silos under traffic.</summary>
public abstract class ClusterFaultTest(TwoSilos fault)
{
    private const int Clients = 12;
    private const long Some = 100;

    /// <summary>A silo must be found dead (a frozen one took half a minute), and its grains must move.</summary>
    protected static readonly TimeSpan TakeoverPatience = TimeSpan.FromMinutes(3);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected TestBank Bank => fault.Bank;

    /// <summary>They start one after the other, and the oldest books for all.</summary>
    private protected SupervisedProcess Leader => Bank.Bank.Silos[0].Process;

    private protected async Task UnderTrafficAsync(int seed, Func<Traffic, Task> faults)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var traffic = new Traffic(Bank, fault.Accounts, Clients, seed);
        var running = traffic.RunAsync(stop.Token);
        try
        {
            await await Task.WhenAny(AfterSomeAsync(), running);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await running.WaitAsync(TakeoverPatience, Stop);
        TestContext.Current.TestOutputHelper!.WriteLine(traffic.ToString());
        await Aftermath.AssertAsync(fault, traffic);

        async Task AfterSomeAsync()
        {
            await Eventually.AtLeastAsync(Some, () => traffic.Settled, "transfers that are settled", TakeoverPatience);
            await Eventually.EqualAsync(true, OneBooksAsync, "the first silo books for both", TakeoverPatience);
            await faults(traffic);
        }
    }

    /// <summary>Whether the last batches are all of the oldest silo.</summary>
    private async Task<bool> OneBooksAsync()
    {
        await using var command = Bank.Sql.CreateCommand($"""
            select bool_and(silo like '%:{Bank.Bank.Silos[0].SiloPort}@%')
              from (select silo from bank.batch join bank.chain using (chain) order by batch_id desc limit 20) as last
            """);
        return (bool)(await command.ExecuteScalarAsync(Stop))!;
    }

    private protected static async Task EveryoneGoesOnAsync(Traffic traffic)
    {
        // Every client, because accounts that nobody serves would stop only some of them.
        var each = traffic.SettledByEach;
        await Eventually.AtLeastAsync(traffic.Settled + 2 * Some, () => traffic.Settled, "transfers that are settled", TakeoverPatience);
        await Eventually.AtLeastAsync(each + 10, () => traffic.SettledByEach, "transfers that each client has settled", TakeoverPatience);
    }
}
