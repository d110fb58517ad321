using BktSmart.Authentication;
using BktSmart.StandingOrders;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Tests.Cluster;

/// <summary>A payment in advance that failed, which somebody else tries again. It moves the clock.</summary>
public sealed class StandingOrderReportTest(StrictBank bank) : IClassFixture<StrictBank>
{
    [Fact]
    public async Task Retry_FnpIsReportedBeforeThePaymentIsBooked_IsSettledAndPaysNothing()
    {
        var scene = await PaymentScene.OpenAsync(bank, balanceMinor: 100);
        var orders = bank.Grains.StandingOrders(scene.Customer.Number);
        var command = StandingOrderTest.Command(scene);
        var given = await scene.ConfirmAsync(orders.BeginCreate(scene.Requester, command, Guid.NewGuid(), default));
        await StandingOrderRetryTest.FailAsync(bank, orders, (await orders.Create(scene.Requester, command, given, default)).Value!);
        await bank.DepositAsync(scene.From, 500_000);
        await scene.Door.SignInAsync();
        var requester = await PaymentScene.RequesterAsync(bank, scene.Customer, scene.Door.Device);

        // Begun, and its silo is gone.
        var store = bank.Cluster.GetSiloServiceProvider().GetRequiredService<StandingOrderStore>();
        var confirmation = new Confirmation(Guid.NewGuid(), scene.Door.Device.Id, new Secret("123456"));
        Assert.True((await store.RetryAsync(
            command.Id, StandingOrderTest.Wednesday, (await FindAsync()).Attempt, confirmation.Id, requester.SessionId,
            bank.Clock.GetUtcNow().AddDays(1), default)).Value);
        await scene.Door.Credentials.ReportFnp(BankCluster.Origin, default);

        Assert.Equal(Reason.PaymentNotFailed, await RetryAsync());
        Assert.Equal(StandingOrderPaymentState.GivenUp, (await FindAsync()).Payment.State);
        Assert.Equal(Reason.PaymentNotFailed, await RetryAsync());
        Assert.Equal(500_100, await scene.BalanceAsync());

        async Task<Reason?> RetryAsync() =>
            (await orders.Retry(requester, command.Id, StandingOrderTest.Wednesday, confirmation, default)).Refusal?.Reason;

        async Task<(StandingOrderPayment Payment, int Attempt, Guid? RetryId)> FindAsync() =>
            (await store.FindPaymentAsync(command.Id, StandingOrderTest.Wednesday, default))!.Value;
    }
}
