using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Ledger;
using BktSmart.Requests;
using BktSmart.StandingOrders;
using Grpc.Core;

namespace BktSmart.Payments;

internal sealed class PaymentControlService(IGrainFactory grains) : V1.PaymentControlService.PaymentControlServiceBase
{
    public override async Task<V1.BeginConfirmationResponse> BeginConfirmation(
        V1.BeginConfirmationRequest request, ServerCallContext context)
    {
        var requester = context.Requester();
        var ((prefix, begin), requestId) = request.Read(
            r => r.OperationCase switch
            {
                V1.BeginConfirmationRequest.OperationOneofCase.Transfer => ("transfer.", Transfer(r.Transfer)),
                V1.BeginConfirmationRequest.OperationOneofCase.TrustedPayee => ("trusted_payee.", TrustedPayee(r.TrustedPayee)),
                V1.BeginConfirmationRequest.OperationOneofCase.PaymentLimits => ("payment_limits.", PaymentLimits(r.PaymentLimits)),
                V1.BeginConfirmationRequest.OperationOneofCase.StandingOrder => ("standing_order.", StandingOrder(r.StandingOrder)),
                V1.BeginConfirmationRequest.OperationOneofCase.StandingOrderUpdate =>
                    ("standing_order_update.", StandingOrderUpdate(r.StandingOrderUpdate)),
                V1.BeginConfirmationRequest.OperationOneofCase.StandingOrderResumption =>
                    ("standing_order_resumption.", Action(
                        r.StandingOrderResumption.Name, "standing_order_resumption.name", StandingOrderAction.Resume)),
                V1.BeginConfirmationRequest.OperationOneofCase.StandingOrderCancellation =>
                    ("standing_order_cancellation.", Action(
                        r.StandingOrderCancellation.Name, "standing_order_cancellation.name", StandingOrderAction.Cancel)),
                V1.BeginConfirmationRequest.OperationOneofCase.StandingOrderPayment =>
                    ("standing_order_payment.", StandingOrderPayment(r.StandingOrderPayment)),
                _ => throw Refuse.Because(Reason.FieldMissing, "operation"),
            },
            r => Fields.RequestId(r.RequestId, "request_id"));
        var answer = await begin(requestId);
        var challenge = answer.Succeeded
            ? answer.Value
            : throw Refuse.Because(answer.Refusal with { Field = answer.Refusal.Field is { } field ? prefix + field : null });
        return new V1.BeginConfirmationResponse
        {
            ConfirmationId = challenge.SessionId.ToString("D"),
            ExpireTime = challenge.ExpiresAt.ToMessage(),
            ResendTime = challenge.ResendAt.ToMessage(),
            ContactCentrePhoneNumber = ContactCentrePhone.Number,
        };

        Func<Guid, Task<Result<FnpChallenge>>> Transfer(V1.CreateTransferRequest transfer)
        {
            var (source, command) = TransferService.Read(transfer, "transfer.");
            return id => grains.Account(source).BeginConfirmation(requester, command, id, context.CancellationToken);
        }

        Func<Guid, Task<Result<FnpChallenge>>> TrustedPayee(V1.CreateTrustedPayeeRequest trusted)
        {
            var payee = Fields.Iban(trusted.PayeeIban, "trusted_payee.payee_iban");
            return id => grains.PaymentSettings(requester.Number).BeginTrustedPayee(requester, payee, id, context.CancellationToken);
        }

        Func<Guid, Task<Result<FnpChallenge>>> PaymentLimits(V1.UpdatePaymentLimitsRequest wanted)
        {
            var (account, limits) = wanted.Read(
                w => Fields.AccountName(w.Account, "payment_limits.account"), w => Limits(w.Limits, "payment_limits.limits"));
            return id => grains.PaymentSettings(requester.Number).BeginLimits(
                requester, account, limits, id, context.CancellationToken);
        }

        Func<Guid, Task<Result<FnpChallenge>>> StandingOrder(V1.CreateStandingOrderRequest order)
        {
            var command = StandingOrderService.Read(order, "standing_order.");
            return id => grains.StandingOrders(requester.Number).BeginCreate(requester, command, id, context.CancellationToken);
        }

        Func<Guid, Task<Result<FnpChallenge>>> StandingOrderUpdate(V1.UpdateStandingOrderRequest update)
        {
            var (order, change) = StandingOrderService.Read(update, "standing_order_update.");
            return id => grains.StandingOrders(requester.Number).BeginChange(requester, order, change, id, context.CancellationToken);
        }

        Func<Guid, Task<Result<FnpChallenge>>> Action(string name, string field, StandingOrderAction action)
        {
            var order = Fields.StandingOrderName(name, field);
            return id => grains.StandingOrders(requester.Number).BeginAct(requester, order, action, id, context.CancellationToken);
        }

        Func<Guid, Task<Result<FnpChallenge>>> StandingOrderPayment(V1.RetryStandingOrderPaymentRequest retry)
        {
            var (order, dueOn) = Fields.StandingOrderPaymentName(retry.Name, "standing_order_payment.name");
            return id => grains.StandingOrders(requester.Number).BeginRetry(requester, order, dueOn, id, context.CancellationToken);
        }
    }

    public override async Task<V1.ListTrustedPayeesResponse> ListTrustedPayees(
        V1.ListTrustedPayeesRequest request, ServerCallContext context)
    {
        var payees = await grains.PaymentSettings(context.SignedInCustomer().Number).ListTrustedPayees(context.CancellationToken);
        var (page, next) = Page.Cut(payees, "trustedPayees", request.PageSize, request.PageToken);
        return new V1.ListTrustedPayeesResponse { TrustedPayees = { page.Select(ToMessage) }, NextPageToken = next };
    }

    public override async Task<V1.CreateTrustedPayeeResponse> CreateTrustedPayee(
        V1.CreateTrustedPayeeRequest request, ServerCallContext context)
    {
        var (payee, given) = request.Read(
            r => Fields.Iban(r.PayeeIban, "payee_iban"), r => Fields.OptionalConfirmation(r.Confirmation, "confirmation"));
        var confirmation = given ?? throw Refuse.Because(Reason.ConfirmationRequired);

        var requester = context.Requester();
        var added =
            (await grains.PaymentSettings(requester.Number).AddTrustedPayee(requester, payee, confirmation, context.CancellationToken))
            .OrRefuse();
        return new V1.CreateTrustedPayeeResponse { TrustedPayee = ToMessage(added) };
    }

    public override async Task<V1.DeleteTrustedPayeeResponse> DeleteTrustedPayee(
        V1.DeleteTrustedPayeeRequest request, ServerCallContext context)
    {
        var payee = Fields.TrustedPayeeName(request.Name, "name");

        var requester = context.Requester();
        (await grains.PaymentSettings(requester.Number).RemoveTrustedPayee(requester, payee, context.CancellationToken)).OrRefuse();
        return new V1.DeleteTrustedPayeeResponse();
    }

    public override async Task<V1.GetPaymentLimitsResponse> GetPaymentLimits(V1.GetPaymentLimitsRequest request, ServerCallContext context)
    {
        var account = Fields.AccountName(request.Account, "account");

        var standing = (await grains.PaymentSettings(context.SignedInCustomer().Number).GetLimits(account, context.CancellationToken))
            .OrRefuse();
        return new V1.GetPaymentLimitsResponse { PaymentLimits = ToMessage(account, standing) };
    }

    public override async Task<V1.UpdatePaymentLimitsResponse> UpdatePaymentLimits(
        V1.UpdatePaymentLimitsRequest request, ServerCallContext context)
    {
        var (account, limits, confirmation) = request.Read(
            r => Fields.AccountName(r.Account, "account"),
            r => Limits(r.Limits, "limits"),
            r => Fields.OptionalConfirmation(r.Confirmation, "confirmation"));

        var requester = context.Requester();
        var standing =
            (await grains.PaymentSettings(requester.Number).SetLimits(requester, account, limits, confirmation, context.CancellationToken))
            .OrRefuse();
        return new V1.UpdatePaymentLimitsResponse { PaymentLimits = ToMessage(account, standing) };
    }

    private static PaymentLimits Limits(V1.PaymentLimits? limits, string field)
    {
        var (payment, day, month) = limits.OrMissing(field).Read(
            r => Fields.Set(r.HasPaymentMinorUnits, r.PaymentMinorUnits, $"{field}.payment_minor_units"),
            r => Fields.Set(r.HasDayMinorUnits, r.DayMinorUnits, $"{field}.day_minor_units"),
            r => Fields.Set(r.HasMonthMinorUnits, r.MonthMinorUnits, $"{field}.month_minor_units"));
        return new PaymentLimits(payment, day, month);
    }

    private static V1.TrustedPayee ToMessage(TrustedPayee payee) => new()
    {
        Name = ResourceNames.OfTrustedPayee(payee.Iban),
        PayeeIban = payee.Iban.Value,
        CreateTime = payee.AddedAt.ToMessage(),
    };

    private static V1.AccountPaymentLimits ToMessage(Values.Iban account, PaymentLimitsStanding standing) => new()
    {
        Account = ResourceNames.Of(account),
        CurrencyCode = standing.Currency.Code,
        Limits = ToMessage(standing.Limits),
        NextLimits = standing.Next is { } next ? ToMessage(next.Limits) : null,
        NextLimitsDate = standing.Next?.From.ToMessage(),
        CeilingMinorUnits = standing.CeilingMinor,
        PaidTodayMinorUnits = standing.PaidTodayMinor,
        PaidThisMonthMinorUnits = standing.PaidThisMonthMinor,
    };

    private static V1.PaymentLimits ToMessage(PaymentLimits limits) => new()
    {
        PaymentMinorUnits = limits.PaymentMinor,
        DayMinorUnits = limits.DayMinor,
        MonthMinorUnits = limits.MonthMinor,
    };
}
