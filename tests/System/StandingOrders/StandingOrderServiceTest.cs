using BktSmart.Payments;
using BktSmart.V1;
using Google.Protobuf.WellKnownTypes;
using static Grpc.Core.StatusCode;

namespace BktSmart.StandingOrders;

/// <summary>Payments in advance from the app's side.</summary>
public sealed class StandingOrderServiceTest(PaymentControlServiceTest.StrictBank strict)
    : IClassFixture<PaymentControlServiceTest.StrictBank>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => strict.Bank;

    [Fact]
    public async Task Order_FromTheFirstRefusalToItsEnd_IsTheWayOfTheApp()
    {
        var (arta, besnik) = (await Bank.EnterAsync(100_000_00), await Bank.EnterAsync());
        var request = arta.StandingOrder(besnik);
        Assert.Equal(new Refused(FailedPrecondition, "CONFIRMATION_REQUIRED"), await Refused.ByAsync(() => CreateAsync(arta, request)));
        request.Confirmation = await arta.ConfirmAsync(new() { StandingOrder = request }, "4000.00 ALL");
        var order = await CreateAsync(arta, request);
        Assert.Equal(order, await CreateAsync(arta, request));
        Assert.Equal(
            ($"standingOrders/{request.StandingOrderId}", StandingOrderState.Active, request.Schedule),
            (order.Name, order.State, order.Schedule));
        Assert.Equal([order], await ListAsync(arta));
        Assert.Equal(order, (await arta.App.StandingOrders.GetStandingOrderAsync(new() { Name = order.Name }, cancellationToken: Stop))
            .StandingOrder);
        var upcoming = await arta.App.StandingOrders.ListScheduledPaymentsAsync(
            new() { Account = arta.Account.Name, PageSize = 1 }, cancellationToken: Stop);
        Assert.Equal(
            (StandingOrderPaymentState.Upcoming, order.NextDueDate), (upcoming.Payments[0].State, upcoming.Payments[0].DueDate));

        var update = new UpdateStandingOrderRequest
        {
            StandingOrder = new() { Name = order.Name, Amount = Amounts.All(4_500_00), Schedule = new() { PaymentCountMax = 12 } },
            UpdateMask = new FieldMask { Paths = { "amount", "schedule.payment_count_max" } },
        };
        update.Confirmation = await arta.ConfirmAsync(new() { StandingOrderUpdate = update }, "4500.00 ALL");
        var updated = (await arta.App.StandingOrders.UpdateStandingOrderAsync(update, cancellationToken: Stop)).StandingOrder;
        Assert.Equal((4_500_00, 12, "Qira"), (updated.Amount.MinorUnits, updated.Schedule.PaymentCountMax, updated.Reference));

        var paused = (await arta.App.StandingOrders.PauseStandingOrderAsync(new() { Name = order.Name }, cancellationToken: Stop))
            .StandingOrder;
        Assert.Equal(
            (StandingOrderState.Paused, StandingOrderPauseCause.Customer, null), (paused.State, paused.PauseCause, paused.NextDueDate));
        var resume = new ResumeStandingOrderRequest { Name = order.Name };
        resume.Confirmation = await arta.ConfirmAsync(new() { StandingOrderResumption = resume }, "4500.00 ALL");
        Assert.Equal(
            updated, (await arta.App.StandingOrders.ResumeStandingOrderAsync(resume, cancellationToken: Stop)).StandingOrder);
        var cancel = new CancelStandingOrderRequest { Name = order.Name };
        cancel.Confirmation = await arta.ConfirmAsync(new() { StandingOrderCancellation = cancel }, "4500.00 ALL");
        Assert.Equal(
            StandingOrderState.Cancelled,
            (await arta.App.StandingOrders.CancelStandingOrderAsync(cancel, cancellationToken: Stop)).StandingOrder.State);
        Assert.Equal(
            new Refused(FailedPrecondition, "STANDING_ORDER_ENDED"),
            await Refused.ByAsync(() => arta.App.StandingOrders.PauseStandingOrderAsync(
                new() { Name = order.Name }, cancellationToken: Stop).ResponseAsync));
        Assert.Empty((await arta.App.StandingOrders.ListStandingOrderPaymentsAsync(
            new() { Parent = order.Name }, cancellationToken: Stop)).Payments);
    }

    [Fact]
    public async Task AnyCall_BadInput_IsRefusedForItsReason()
    {
        var (arta, besnik) = (await Bank.EnterAsync(10_00), await Bank.EnterAsync());
        (Action<CreateStandingOrderRequest> Spoil, Refused Refused)[] cases =
        [
            (r => r.StandingOrderId = "1", new(InvalidArgument, "STANDING_ORDER_ID_MALFORMED", "standing_order.standing_order_id")),
            (r => r.Schedule = null, new(InvalidArgument, "FIELD_MISSING", "standing_order.schedule")),
            (r => r.Schedule.Frequency = 0, new(InvalidArgument, "FIELD_MISSING", "standing_order.schedule.frequency")),
            (r => r.Schedule.Frequency = (StandingOrderFrequency)9,
                new(InvalidArgument, "SCHEDULE_INVALID", "standing_order.schedule.frequency")),
            (r => r.Schedule.PaymentCountMax = -1,
                new(InvalidArgument, "SCHEDULE_INVALID", "standing_order.schedule.payment_count_max")),
            (r => r.Schedule.FirstDate = new() { Year = 2027, Month = 2, Day = 29 },
                new(InvalidArgument, "DATE_MALFORMED", "standing_order.schedule.first_date")),
            (r => r.Schedule.FirstDate = new() { Year = 2020, Month = 1, Day = 1 },
                new(InvalidArgument, "FIRST_DATE_TOO_EARLY", "standing_order.schedule.first_date")),
            (r => r.Schedule.EndDate = new() { Year = 2020, Month = 1, Day = 1 },
                new(InvalidArgument, "END_DATE_INVALID", "standing_order.schedule.end_date")),
            (r => r.Amount.MinorUnits = 0, new(InvalidArgument, "AMOUNT_NOT_POSITIVE", "standing_order.amount.minor_units")),
        ];
        foreach (var (spoil, refused) in cases)
        {
            var request = arta.StandingOrder(besnik);
            spoil(request);
            Assert.Equal(refused, await Refused.ByAsync(() => arta.BeginConfirmationAsync(new() { StandingOrder = request })));
        }

        Assert.Equal(
            new Refused(NotFound, "STANDING_ORDER_NOT_FOUND", "name"),
            await Refused.ByAsync(() => arta.App.StandingOrders.GetStandingOrderAsync(
                new() { Name = $"standingOrders/{Guid.NewGuid()}" }, cancellationToken: Stop).ResponseAsync));
        foreach (var name in (string[])["standingOrders/x/payments/2026-12-31", $"standingOrders/{Guid.NewGuid()}/payments/2026-2-30"])
        {
            Assert.Equal(
                new Refused(InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
                await Refused.ByAsync(() => arta.App.StandingOrders.RetryStandingOrderPaymentAsync(
                    new() { Name = name }, cancellationToken: Stop).ResponseAsync));
        }

        Assert.Equal(
            new Refused(InvalidArgument, "UPDATE_MASK_INVALID", "update_mask"),
            await Refused.ByAsync(() => arta.App.StandingOrders.UpdateStandingOrderAsync(
                new()
                {
                    StandingOrder = new() { Name = $"standingOrders/{Guid.NewGuid()}" },
                    UpdateMask = new FieldMask { Paths = { "payee_iban" } },
                },
                cancellationToken: Stop).ResponseAsync));
    }

    private static async Task<StandingOrder> CreateAsync(TestCustomer customer, CreateStandingOrderRequest request) =>
        (await customer.App.StandingOrders.CreateStandingOrderAsync(request, cancellationToken: Stop)).StandingOrder;

    private static async Task<IEnumerable<StandingOrder>> ListAsync(TestCustomer customer) =>
        (await customer.App.StandingOrders.ListStandingOrdersAsync(new(), cancellationToken: Stop)).StandingOrders;
}
