using BktSmart.Authentication;
using BktSmart.Ledger;
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
        var (order, other) = (await CreateAsync(), await CreateAsync());
        await FailAsync(bank, orders, order, other);

        await scene.Door.SignInAsync();
        var requester = await PaymentScene.RequesterAsync(bank, scene.Customer, scene.Door.Device);
        Assert.Equal(Reason.ConfirmationRequired, (await RetryAsync(order, null)).Refusal?.Reason);
        // What is certain to be refused costs no FNP.
        Assert.Equal(Reason.InsufficientFunds, (await BeginAsync(order)).Refusal?.Reason);

        // Enough for either of them.
        await bank.DepositAsync(scene.From, 500_000);
        var (first, second) = (await scene.ConfirmAsync(BeginAsync(order)), await scene.ConfirmAsync(BeginAsync(other)));
        var paid = (await RetryAsync(order, first)).Value!;
        Assert.Equal(StandingOrderPaymentState.Booked, paid.State);
        Assert.Equal(paid, (await RetryAsync(order, first)).Value);
        Assert.Equal(Reason.PaymentNotFailed, (await BeginAsync(order)).Refusal?.Reason);
        Assert.Equal(Reason.InsufficientFunds, (await RetryAsync(other, second)).Refusal?.Reason);
        await bank.DepositAsync(scene.From, 1_000_000);
        // The same request is the same attempt, whatever came in since.
        Assert.Equal(Reason.InsufficientFunds, (await RetryAsync(other, second)).Refusal?.Reason);

        var third = await scene.ConfirmAsync(BeginAsync(other));
        var limits = new PaymentLimits(300_000, 600_000, 600_000);
        Assert.Null((await scene.Payer.SetLimits(requester, scene.From.Iban, limits, null, default)).Refusal);
        var exceeded = new Refusal(Reason.PaymentLimitExceeded)
        {
            Exceeded = new ExceededLimit(new Money(300_000, PaymentScene.All), new Money(200_000, PaymentScene.All)),
        };
        Assert.Equal(exceeded, (await RetryAsync(other, third)).Refusal);
        Assert.Equal(exceeded, (await RetryAsync(other, third)).Refusal);
        Assert.Equal(exceeded, (await BeginAsync(other)).Refusal);
        Assert.Equal(100 + 1_500_000 - 400_000, await scene.BalanceAsync());

        bank.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(Reason.RetryTooLate, (await BeginAsync(other)).Refusal?.Reason);
        Assert.Equal(Reason.RetryTooLate, (await RetryAsync(other, first)).Refusal?.Reason);

        async Task<StandingOrder> CreateAsync()
        {
            var command = StandingOrderTest.Command(scene);
            var confirmation = await scene.ConfirmAsync(orders.BeginCreate(scene.Requester, command, Guid.NewGuid(), default));
            return (await orders.Create(scene.Requester, command, confirmation, default)).Value!;
        }

        Task<Result<StandingOrderPayment>> RetryAsync(StandingOrder of, Confirmation? given) =>
            orders.Retry(requester, of.Id, StandingOrderTest.Wednesday, given, default);

        Task<Result<FnpChallenge>> BeginAsync(StandingOrder of) =>
            orders.BeginRetry(requester, of.Id, StandingOrderTest.Wednesday, Guid.NewGuid(), default);
    }

    /// <summary>Lets the first day of orders pass, whose customer has too little money.</summary>
    internal static async Task FailAsync(StrictBank bank, IStandingOrdersGrain orders, params StandingOrder[] given)
    {
        bank.Clock.Advance(TimeSpan.FromHours(33));
        var payer = bank.Cluster.GetSiloServiceProvider().GetRequiredService<StandingOrderPayer>();
        // A silo's own round may have taken it up.
        await BankCluster.EventuallyAsync(
            async () =>
            {
                await payer.MakeDueAsync(default);
                await payer.PayAsync(default);
                return await Task.WhenAll(given.Select(StateAsync));
            },
            states => states.All(state => state == StandingOrderPaymentState.Failed));

        async Task<StandingOrderPaymentState?> StateAsync(StandingOrder order) =>
            (await orders.ListPayments(order.Id, null, 10, default)).Value!.Payments.SingleOrDefault()?.State;
    }
}
