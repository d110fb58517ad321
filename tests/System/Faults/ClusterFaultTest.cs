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
        var traffic = new Traffic(Bank, fault.Accounts, Clients, seed);
        await traffic.DuringAsync(AfterSomeAsync, TakeoverPatience);
        await Aftermath.AssertAsync(fault, traffic);

        async Task AfterSomeAsync()
        {
            await Eventually.AtLeastAsync(Some, () => traffic.Settled, "transfers that are settled", TakeoverPatience);
            await Eventually.EqualAsync(
                Bank.Bank.Silos[0].Name, async () => (await fault.LeaderAsync())?.Name, "the silo that books for both", TakeoverPatience);
            await faults(traffic);
        }
    }

    private protected static async Task EveryoneGoesOnAsync(Traffic traffic)
    {
        var settled = traffic.Settled;
        await traffic.EveryoneGoesOnAsync(TakeoverPatience);
        await Eventually.AtLeastAsync(settled + 2 * Some, () => traffic.Settled, "transfers that are settled", TakeoverPatience);
    }
}
