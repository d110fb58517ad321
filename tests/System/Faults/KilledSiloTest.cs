namespace BktSmart.Faults;

/// <summary>The silo that books for the other one dies for good.</summary>
[Collection(typeof(OneAtATime))]
public sealed class KilledSiloTest(TwoSilos fault) : ClusterFaultTest(fault), IClassFixture<TwoSilos>
{
    [Fact]
    public Task Silo_OneOfTwoIsKilledUnderTraffic_TheOtherGoesOnAndNothingIsLostOrRepeated() => UnderTrafficAsync(seed: 4, async traffic =>
    {
        await Leader.KillAsync();
        await EveryoneGoesOnAsync(traffic);
    });
}
