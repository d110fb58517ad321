using BktSmart.Authentication;
using BktSmart.StandingOrders;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Tests.Cluster;

/// <summary>A payment in advance that failed, and its customer, who has another FNP sent. It moves the clock.</summary>
public sealed class StandingOrderRetryTest(StrictBank bank) : IClassFixture<StrictBank>
{
    [Fact]
    public async Task Retry_PaymentThatFailed_PaysWithAnFnpOfItsOwnOnce()
    {
        var scene = await PaymentScene.OpenAsync(bank, balanceMinor: 100);
        var orders = bank.Grains.StandingOrders(scene.Customer.Number);
        var command = StandingOrderTest.Command(scene);
        var confirmation = await scene.ConfirmAsync(orders.BeginCreate(scene.Requester, command, Guid.NewGuid(), default));
        var order = (await orders.Create(scene.Requester, command, confirmation, default)).Value!;
        bank.Clock.Advance(TimeSpan.FromHours(33));
        var payer = bank.Cluster.GetSiloServiceProvider().GetRequiredService<StandingOrderPayer>();
        // A silo's own round may have taken it up.
        await BankCluster.EventuallyAsync(
            async () =>
            {
                await payer.MakeDueAsync(default);
                await payer.PayAsync(default);
                return await StateAsync();
            },
            state => state == StandingOrderPaymentState.Failed);

        await scene.Door.SignInAsync();
        var requester = await PaymentScene.RequesterAsync(bank, scene.Customer, scene.Door.Device);
        Assert.Equal(Reason.ConfirmationRequired, (await RetryAsync(null)).Refusal?.Reason);
        var first = await ConfirmRetryAsync();
        Assert.Equal(Reason.InsufficientFunds, (await RetryAsync(first)).Refusal?.Reason);

        await bank.DepositAsync(scene.From, 1_000_000);
        // The same request is the same attempt, whatever came in since.
        Assert.Equal(Reason.InsufficientFunds, (await RetryAsync(first)).Refusal?.Reason);
        var second = await ConfirmRetryAsync();
        var paid = (await RetryAsync(second)).Value!;
        Assert.Equal(StandingOrderPaymentState.Booked, paid.State);
        Assert.Equal(paid, (await RetryAsync(second)).Value);
        Assert.Equal(100 + 1_000_000 - 400_000, await scene.BalanceAsync());
        Assert.Equal(Reason.PaymentNotFailed, (await RetryAsync(first)).Refusal?.Reason);

        async Task<StandingOrderPaymentState?> StateAsync() =>
            (await orders.ListPayments(order.Id, null, 10, default)).Value!.Payments.SingleOrDefault()?.State;

        Task<Result<StandingOrderPayment>> RetryAsync(Confirmation? given) =>
            orders.Retry(requester, order.Id, StandingOrderTest.Wednesday, given, default);

        Task<Confirmation> ConfirmRetryAsync() =>
            scene.ConfirmAsync(orders.BeginRetry(requester, order.Id, StandingOrderTest.Wednesday, Guid.NewGuid(), default));
    }
}
