using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.StandingOrders;

internal sealed class StandingOrderService(IGrainFactory grains) : V1.StandingOrderService.StandingOrderServiceBase
{
    private const string Orders = "standingOrders";
    private const string Amount = "amount";
    private const string Reference = "reference";
    private const string EndDate = "schedule.end_date";
    private const string PaymentCountMax = "schedule.payment_count_max";

    public override async Task<V1.CreateStandingOrderResponse> CreateStandingOrder(
        V1.CreateStandingOrderRequest request, ServerCallContext context)
    {
        var (command, confirmation) = request.Read(
            r => Read(r, ""), r => Fields.OptionalConfirmation(r.Confirmation, "confirmation"));

        var requester = context.Requester();
        var created = await grains.StandingOrders(requester.Number).Create(requester, command, confirmation, context.CancellationToken);
        return new V1.CreateStandingOrderResponse { StandingOrder = ToMessage(created.OrRefuse()) };
    }

    public override async Task<V1.GetStandingOrderResponse> GetStandingOrder(
        V1.GetStandingOrderRequest request, ServerCallContext context)
    {
        var id = Fields.StandingOrderName(request.Name, "name");

        var found = await grains.StandingOrders(context.SignedInCustomer().Number).Get(id, context.CancellationToken);
        return new V1.GetStandingOrderResponse { StandingOrder = ToMessage(found.OrRefuse()) };
    }

    public override async Task<V1.ListStandingOrdersResponse> ListStandingOrders(
        V1.ListStandingOrdersRequest request, ServerCallContext context)
    {
        var orders = await grains.StandingOrders(context.SignedInCustomer().Number).List(context.CancellationToken);
        var (page, next) = Page.Cut(orders, Orders, request.PageSize, request.PageToken);
        return new V1.ListStandingOrdersResponse { StandingOrders = { page.Select(ToMessage) }, NextPageToken = next };
    }

    public override async Task<V1.UpdateStandingOrderResponse> UpdateStandingOrder(
        V1.UpdateStandingOrderRequest request, ServerCallContext context)
    {
        var ((id, change), confirmation) = request.Read(
            r => Read(r, ""), r => Fields.OptionalConfirmation(r.Confirmation, "confirmation"));

        var requester = context.Requester();
        var changed = await grains.StandingOrders(requester.Number).Change(
            requester, id, change, confirmation, context.CancellationToken);
        return new V1.UpdateStandingOrderResponse { StandingOrder = ToMessage(changed.OrRefuse()) };
    }

    public override async Task<V1.PauseStandingOrderResponse> PauseStandingOrder(
        V1.PauseStandingOrderRequest request, ServerCallContext context) =>
        new() { StandingOrder = await ActAsync(request.Name, StandingOrderAction.Pause, null, context) };

    public override async Task<V1.ResumeStandingOrderResponse> ResumeStandingOrder(
        V1.ResumeStandingOrderRequest request, ServerCallContext context) =>
        new() { StandingOrder = await ActAsync(request.Name, StandingOrderAction.Resume, request.Confirmation, context) };

    public override async Task<V1.CancelStandingOrderResponse> CancelStandingOrder(
        V1.CancelStandingOrderRequest request, ServerCallContext context) =>
        new() { StandingOrder = await ActAsync(request.Name, StandingOrderAction.Cancel, request.Confirmation, context) };

    public override async Task<V1.ListStandingOrderPaymentsResponse> ListStandingOrderPayments(
        V1.ListStandingOrderPaymentsRequest request, ServerCallContext context)
    {
        var list = StandingOrderPages.PaymentsOf(request.Parent);
        var (id, count, before) = request.Read(
            r => Fields.StandingOrderName(r.Parent, "parent"),
            r => Fields.PageSize(r.PageSize, "page_size"),
            r => Fields.PageDate(r.PageToken, list, "page_token"));

        var page = await StandingOrderPages.ReadPaymentsAsync(
            grains, context.SignedInCustomer().Number, id, list, count, before, context.CancellationToken);
        return new V1.ListStandingOrderPaymentsResponse { Payments = { page.Payments }, NextPageToken = page.NextToken };
    }

    public override async Task<V1.ListScheduledPaymentsResponse> ListScheduledPayments(
        V1.ListScheduledPaymentsRequest request, ServerCallContext context)
    {
        var account = Fields.AccountName(request.Account, "account");

        var page = await StandingOrderPages.ReadScheduledAsync(
            grains, context.SignedInCustomer().Number, account, request.PageSize, request.PageToken, context.CancellationToken);
        return new V1.ListScheduledPaymentsResponse { Payments = { page.Payments }, NextPageToken = page.NextToken };
    }

    public override async Task<V1.RetryStandingOrderPaymentResponse> RetryStandingOrderPayment(
        V1.RetryStandingOrderPaymentRequest request, ServerCallContext context)
    {
        var ((id, dueOn), confirmation) = request.Read(
            r => Fields.StandingOrderPaymentName(r.Name, "name"), r => Fields.OptionalConfirmation(r.Confirmation, "confirmation"));

        var requester = context.Requester();
        var paid = await grains.StandingOrders(requester.Number).Retry(requester, id, dueOn, confirmation, context.CancellationToken);
        return new V1.RetryStandingOrderPaymentResponse { Payment = ToMessage(paid.OrRefuse()) };
    }

    /// <param name="prefix">Goes before the names of the fields.</param>
    internal static StandingOrderCommand Read(V1.CreateStandingOrderRequest request, string prefix)
    {
        var (id, source, payee, amount, reference, schedule) = request.Read(
            r => Fields.StandingOrderId(r.StandingOrderId, $"{prefix}standing_order_id"),
            r => Fields.AccountName(r.SourceAccount, $"{prefix}source_account"),
            r => Fields.Iban(r.PayeeIban, $"{prefix}payee_iban"),
            r => Fields.Amount(r.Amount, $"{prefix}amount"),
            r => Fields.Reference(r.Reference, $"{prefix}reference"),
            r => Fields.Schedule(r.Schedule, $"{prefix}schedule"));
        return new StandingOrderCommand(id, source, payee, amount, reference, schedule);
    }

    /// <param name="prefix">Goes before the names of the fields.</param>
    internal static (Guid Id, StandingOrderChange Change) Read(V1.UpdateStandingOrderRequest request, string prefix)
    {
        var (order, mask) = request.Read(
            r => r.StandingOrder.OrMissing($"{prefix}standing_order"),
            r => Fields.UpdateMask(r.UpdateMask, [Amount, Reference, EndDate, PaymentCountMax], $"{prefix}update_mask"));
        var field = $"{prefix}standing_order.";
        var schedule = order.Schedule ?? new V1.StandingOrderSchedule();
        var (id, amount, reference, endDate, paymentsMax) = order.Read(
            o => Fields.StandingOrderName(o.Name, $"{field}name"),
            o => mask.Contains(Amount) ? Fields.Amount(o.Amount, $"{field}{Amount}") : (Money?)null,
            o => mask.Contains(Reference) ? Fields.Reference(o.Reference, $"{field}{Reference}") : null,
            o => mask.Contains(EndDate) ? Fields.OptionalDate(schedule.EndDate, $"{field}{EndDate}") : null,
            o => mask.Contains(PaymentCountMax) ? Fields.PaymentCountMax(schedule.PaymentCountMax, $"{field}{PaymentCountMax}") : null);
        return (id, new StandingOrderChange(
            amount, reference, mask.Contains(EndDate), endDate, mask.Contains(PaymentCountMax), paymentsMax));
    }

    private async Task<V1.StandingOrder> ActAsync(
        string name, StandingOrderAction action, V1.Confirmation? given, ServerCallContext context)
    {
        var (id, confirmation) = name.Read(
            n => Fields.StandingOrderName(n, "name"), _ => Fields.OptionalConfirmation(given, "confirmation"));

        var requester = context.Requester();
        var order = await grains.StandingOrders(requester.Number).Act(requester, id, action, confirmation, context.CancellationToken);
        return ToMessage(order.OrRefuse());
    }

    internal static V1.StandingOrder ToMessage(StandingOrder order) => new()
    {
        Name = ResourceNames.OfStandingOrder(order.Id),
        SourceAccount = ResourceNames.Of(order.Account),
        PayeeIban = order.Payee.Value,
        Amount = order.Amount.ToMessage(),
        Reference = order.Reference,
        Schedule = new V1.StandingOrderSchedule
        {
            Frequency = (V1.StandingOrderFrequency)order.Schedule.Frequency,
            FirstDate = order.Schedule.FirstDate.ToMessage(),
            EndDate = order.Schedule.EndDate?.ToMessage(),
            PaymentCountMax = order.Schedule.PaymentsMax ?? 0,
            NonBusinessDayRule = (V1.NonBusinessDayRule)order.Schedule.DayRule,
        },
        State = (V1.StandingOrderState)order.State,
        PauseCause = (V1.StandingOrderPauseCause)(order.PauseCause ?? 0),
        NextDueDate = order.NextDueOn?.ToMessage(),
        PaymentCount = order.PaymentsMade,
        CreateTime = order.CreatedAt.ToMessage(),
    };

    internal static V1.StandingOrderPayment ToMessage(StandingOrderPayment payment) => new()
    {
        Name = ResourceNames.OfStandingOrderPayment(payment.OrderId, payment.DueOn),
        DueDate = payment.DueOn.ToMessage(),
        SourceAccount = ResourceNames.Of(payment.Account),
        PayeeIban = payment.Payee.Value,
        Amount = payment.Amount.ToMessage(),
        Reference = payment.Reference,
        State = (V1.StandingOrderPaymentState)payment.State,
        RefusalReason = (V1.ErrorReason)(payment.Reason ?? 0),
        Transfer = payment is { State: StandingOrderPaymentState.Booked, TransferId: { } transfer } ? ResourceNames.Of(transfer) : "",
    };
}
