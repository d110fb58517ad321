using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Ledger;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Payments;

internal sealed class PaymentControlService(IGrainFactory grains) : V1.PaymentControlService.PaymentControlServiceBase
{
    public override async Task<V1.BeginConfirmationResponse> BeginConfirmation(
        V1.BeginConfirmationRequest request, ServerCallContext context)
    {
        var requester = context.Requester();
        var requestId = Fields.RequestId(request.RequestId, "request_id");
        var (prefix, begun) = request.OperationCase switch
        {
            V1.BeginConfirmationRequest.OperationOneofCase.Transfer => ("transfer.", BeginTransfer(request.Transfer)),
            V1.BeginConfirmationRequest.OperationOneofCase.TrustedPayee => ("trusted_payee.", BeginTrustedPayee(request.TrustedPayee)),
            V1.BeginConfirmationRequest.OperationOneofCase.PaymentLimits => ("payment_limits.", BeginLimits(request.PaymentLimits)),
            _ => throw Refuse.Because(Reason.FieldMissing, "operation"),
        };
        var answer = await begun;
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

        Task<Result<FnpChallenge>> BeginTransfer(V1.CreateTransferRequest transfer)
        {
            var (source, command) = TransferService.Read(transfer, "transfer.");
            return grains.Account(source).BeginConfirmation(requester, command, requestId, context.CancellationToken);
        }

        Task<Result<FnpChallenge>> BeginTrustedPayee(V1.CreateTrustedPayeeRequest trusted) =>
            grains.PaymentSettings(requester.Number).BeginTrustedPayee(
                requester, Fields.Iban(trusted.PayeeIban, "trusted_payee.payee_iban"), requestId, context.CancellationToken);

        Task<Result<FnpChallenge>> BeginLimits(V1.UpdatePaymentLimitsRequest wanted) =>
            grains.PaymentSettings(requester.Number).BeginLimits(
                requester, Fields.AccountName(wanted.Account, "payment_limits.account"),
                Limits(wanted.Limits, "payment_limits.limits"), requestId, context.CancellationToken);
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
        var payee = Fields.Iban(request.PayeeIban, "payee_iban");
        var confirmation = Fields.OptionalConfirmation(request.Confirmation, "confirmation")
            ?? throw Refuse.Because(Reason.ConfirmationRequired);

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
        var account = Fields.AccountName(request.Account, "account");
        var limits = Limits(request.Limits, "limits");
        var confirmation = Fields.OptionalConfirmation(request.Confirmation, "confirmation");

        var requester = context.Requester();
        var standing =
            (await grains.PaymentSettings(requester.Number).SetLimits(requester, account, limits, confirmation, context.CancellationToken))
            .OrRefuse();
        return new V1.UpdatePaymentLimitsResponse { PaymentLimits = ToMessage(account, standing) };
    }

    private static PaymentLimits Limits(V1.PaymentLimits? limits, string field)
    {
        var given = limits.OrMissing(field);
        if (!given.HasPaymentMinorUnits)
            throw Refuse.Because(Reason.FieldMissing, $"{field}.payment_minor_units");
        if (!given.HasDayMinorUnits)
            throw Refuse.Because(Reason.FieldMissing, $"{field}.day_minor_units");
        if (!given.HasMonthMinorUnits)
            throw Refuse.Because(Reason.FieldMissing, $"{field}.month_minor_units");
        return new PaymentLimits(given.PaymentMinorUnits, given.DayMinorUnits, given.MonthMinorUnits);
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
