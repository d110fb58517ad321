using BktSmart.Ledger;
using BktSmart.StandingOrders;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Tests.Cluster;

/// <summary>The contact centre stops an order of which a payment is due. It moves the clock.</summary>
public sealed class StandingOrderStaffTest(StrictBank bank) : IClassFixture<StrictBank>
{
    [Fact]
    public async Task PauseByStaff_PaymentWaitsForAnotherAttempt_IsGivenUpBeforeTheAnswer()
    {
        var scene = await PaymentScene.OpenAsync(bank, balanceMinor: 100);
        var orders = bank.Grains.StandingOrders(scene.Customer.Number);
        var command = StandingOrderTest.Command(scene);
        var given = await scene.ConfirmAsync(orders.BeginCreate(scene.Requester, command, Guid.NewGuid(), default));
        Assert.True((await orders.Create(scene.Requester, command, given, default)).Succeeded);
        // 06:30 on the day: the first attempt fails, and the next is at 10:00.
        bank.Clock.Advance(TimeSpan.FromHours(20.5));
        var payer = bank.Cluster.GetSiloServiceProvider().GetRequiredService<StandingOrderPayer>();
        await BankCluster.EventuallyAsync(
            async () =>
            {
                await payer.MakeDueAsync(default);
                await payer.PayAsync(default);
                return await FindAsync();
            },
            payment => payment is { State: StandingOrderPaymentState.Due, Reason: Reason.InsufficientFunds });
        await bank.DepositAsync(scene.From, 500_000);

        Assert.True((await orders.PauseByStaff(new StaffMember("agent-1"), command.Id, "thirri", default)).Succeeded);
        Assert.Equal(StandingOrderPaymentState.GivenUp, (await FindAsync())?.State);
        bank.Clock.Advance(TimeSpan.FromHours(4));
        await payer.PayAsync(default);
        Assert.Equal(500_100, await scene.BalanceAsync());

        async Task<StandingOrderPayment?> FindAsync() =>
            (await orders.ListPayments(command.Id, null, 10, default)).Value!.Payments.SingleOrDefault();
    }
}
