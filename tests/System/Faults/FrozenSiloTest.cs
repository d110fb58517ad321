using System.Diagnostics;
using BktSmart.Dev.Processes;

namespace BktSmart.Faults;

/// <summary>
/// The silo that books for the other one freezes, is declared dead, and wakes up with what it had in hand. The other one is started again
/// before, so that at first the nodes of the API had reason to use the one alone.
/// </summary>
[Collection(typeof(OneAtATime))]
public sealed class FrozenSiloTest(TwoSilos fault) : ClusterFaultTest(fault), IClassFixture<TwoSilos>
{
    /// <summary>As Orleans writes it.</summary>
    private const int Dead = 6;

    [Fact]
    public Task Silo_OneOfTwoFreezesUnderTrafficAndWakesUp_NothingIsLostOrRepeated() => UnderTrafficAsync(seed: 6, async traffic =>
    {
        await Bank.Bank.Silos[1].KillAsync();
        await Bank.Bank.Silos[1].StartAsync(Stop);
        await Eventually.EqualAsync(
            1, () => TestBank.CountClientsAsync(Bank.Bank.Silos[1]), "nodes of the API that use the silo that was started again",
            TakeoverPatience);
        await EveryoneGoesOnAsync(traffic);
        var (frozen, dead) = (Leader.Pid, await CountDeadAsync());
        Leader.Send(Signal.Stop);
        var stopped = Stopwatch.GetTimestamp();
        await Eventually.EqualAsync(dead + 1, CountDeadAsync, "silos that are declared dead", TakeoverPatience);
        // Its gateway takes calls and answers none, and the actors on it are out of reach, which may be all of them after the restart. But
        // who needs no actor in particular is served by the other silo.
        Assert.Contains(traffic.Readings, reading => reading.When.Sent > stopped);

        Leader.Send(Signal.Continue);
        await Eventually.EqualAsync(
            true,
            () => Task.FromResult(Leader.Pid is { } pid && pid != frozen),
            "the silo that woke up has ended and is started again",
            TakeoverPatience);
        await EveryoneGoesOnAsync(traffic);
    });

    private Task<long> CountDeadAsync() => Bank.ReadAsync<long>($"select count(*) from orleans.membership where status = {Dead}");
}
