using BktSmart.Dev.Processes;

namespace BktSmart.Faults;

/// <summary>The silo that books for the other one freezes, is declared dead, and wakes up with what it had in hand.</summary>
[Collection(typeof(OneAtATime))]
public sealed class FrozenSiloTest(TwoSilos fault) : ClusterFaultTest(fault), IClassFixture<TwoSilos>
{
    /// <summary>As Orleans writes it.</summary>
    private const int Dead = 6;

    [Fact]
    public Task Silo_OneOfTwoFreezesUnderTrafficAndWakesUp_NothingIsLostOrRepeated() => UnderTrafficAsync(seed: 6, async traffic =>
    {
        var (frozen, settled) = (Leader.Pid, traffic.Settled);
        Leader.Send(Signal.Stop);
        await Eventually.EqualAsync(true, IsDeclaredDeadAsync, "the frozen silo is declared dead", TakeoverPatience);
        // Its gateway takes calls and answers none, and most clients wait for one of those; but who came to the other silo was served.
        Assert.True(traffic.Settled > settled, "While one silo was frozen, nothing was settled.");

        Leader.Send(Signal.Continue);
        await Eventually.EqualAsync(
            true,
            () => Task.FromResult(Leader.Pid is { } pid && pid != frozen),
            "the silo that woke up has ended and is started again",
            TakeoverPatience);
        await EveryoneGoesOnAsync(traffic);
    });

    private async Task<bool> IsDeclaredDeadAsync()
    {
        await using var command = Bank.Sql.CreateCommand($"select exists (select from orleans.membership where status = {Dead})");
        return (bool)(await command.ExecuteScalarAsync(Stop))!;
    }
}
