namespace BktSmart.Faults;

/// <summary>One of two silos dies for good.</summary>
public sealed class ClusterFaultTest(TwoSilos fault) : IClassFixture<TwoSilos>
{
    private const int Clients = 12;
    private const long Some = 100;

    /// <summary>The dead silo must be found dead (three missed probes), and its grains must move.</summary>
    private static readonly TimeSpan TakeoverPatience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silo_OneOfTwoIsKilledUnderTraffic_TheOtherGoesOnAndNothingIsLostOrRepeated()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var traffic = new Traffic(fault.Bank, fault.Accounts, Clients, seed: 4);
        var running = traffic.RunAsync(stop.Token);
        try
        {
            await await Task.WhenAny(KillOneAsync(traffic), running);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await running.WaitAsync(TakeoverPatience, Stop);
        TestContext.Current.TestOutputHelper!.WriteLine(traffic.ToString());
        await Aftermath.AssertAsync(fault, traffic);
    }

    private async Task KillOneAsync(Traffic traffic)
    {
        await Eventually.AtLeastAsync(Some, () => traffic.Settled, "transfers that are settled", TakeoverPatience);
        await fault.Bank.Bank.Silos[1].KillAsync();
        // Every client, because accounts that nobody serves would stop only some of them.
        var each = traffic.SettledByEach;
        await Eventually.AtLeastAsync(traffic.Settled + 2 * Some, () => traffic.Settled, "transfers that are settled", TakeoverPatience);
        await Eventually.AtLeastAsync(each + 10, () => traffic.SettledByEach, "transfers that each client has settled", TakeoverPatience);
    }
}
