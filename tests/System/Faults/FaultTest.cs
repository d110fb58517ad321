using BktSmart.Dev.Client;
using BktSmart.V1;
using Grpc.Core;

namespace BktSmart.Faults;

/// <summary>One process dies without a word in the middle of traffic, and comes back.</summary>
[Collection(typeof(OneAtATime))]
public sealed class FaultTest(SingleSilo fault) : IClassFixture<SingleSilo>
{
    private const int Clients = 12;
    private const long Some = 100;
    private const int CutsMin = 20;
    private const int PaymentsBesideALock = 30;
    private static readonly string[] Answers = ["", "INSUFFICIENT_FUNDS"];
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
        await fault.CutBookingsAsync(traffic, TimeSpan.Zero, CutsMin, RecoveryPatience);
        await MoreAsync(traffic);
    });

    /// <summary>The lock stays until the others have their answers: who waits for it never gets one.</summary>
    [Fact]
    public Task Account_RowLockedUnderTraffic_KeepsNobodyElseWaiting() => UnderTrafficAsync(seed: 8, async traffic =>
    {
        await MoreAsync(traffic);
        var (locked, payer, payee) = (fault.Accounts[0], fault.Accounts[2], fault.Accounts[4]);
        await using (await fault.LockAsync(locked))
        {
            for (var i = 0; i < PaymentsBesideALock; i++)
                Assert.Contains(await PayAsync(payer, payer.Payment(payee, 1)), Answers);
            var settling = locked.Payment(payee, 1);
            settling.SettleOnly = true;
            Assert.Equal("ACCOUNT_BUSY", await PayAsync(locked, settling));
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
        var traffic = new Traffic(fault.Bank, fault.Accounts, Clients, seed);
        await traffic.DuringAsync(() => faults(traffic), RecoveryPatience);
        await Aftermath.AssertAsync(fault, traffic);
    }

    /// <returns>Why it was refused; empty if it was not.</returns>
    private static async Task<string> PayAsync(TestCustomer payer, CreateTransferRequest request)
    {
        try
        {
            await payer.App.Transfers.CreateTransferAsync(request, deadline: DateTime.UtcNow + RecoveryPatience, cancellationToken: Stop);
            return "";
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.FailedPrecondition)
        {
            return Refusal.From(exception).Reason;
        }
    }

    private static Task MoreAsync(Traffic traffic) =>
        Eventually.AtLeastAsync(traffic.Settled + Some, () => traffic.Settled, "transfers that are settled", RecoveryPatience);
}
