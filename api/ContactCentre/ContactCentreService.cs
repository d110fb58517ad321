using BktSmart.Authentication;
using BktSmart.Cases;
using BktSmart.Customers;
using BktSmart.Errors;
using BktSmart.Requests;
using BktSmart.Security;
using BktSmart.StandingOrders;
using Grpc.Core;

namespace BktSmart.ContactCentre;

internal sealed class ContactCentreService(IGrainFactory grains) : Staff.V1.ContactCentreService.ContactCentreServiceBase
{
    public override async Task<Staff.V1.IdentifyCallerResponse> IdentifyCaller(
        Staff.V1.IdentifyCallerRequest request, ServerCallContext context)
    {
        var (customer, nationalId, digits) = request.Read(
            r => Fields.CustomerName(r.Customer, "customer"),
            r => Fields.NationalId(r.NationalId, "national_id"),
            r => Fields.CardLastFourDigits(r.CardLastFourDigits, "card_last_four_digits"));

        (await grains.Customer(customer).IdentifyCaller(context.StaffMember(), nationalId, digits, context.CancellationToken)).OrRefuse();
        return new Staff.V1.IdentifyCallerResponse();
    }

    public override async Task<Staff.V1.GetSignInStandingResponse> GetSignInStanding(
        Staff.V1.GetSignInStandingRequest request, ServerCallContext context)
    {
        var customer = await ExistingAsync(request.Customer, context);
        return new Staff.V1.GetSignInStandingResponse { Standing = await StandingAsync(customer, context) };
    }

    public override async Task<Staff.V1.UnlockSignInResponse> UnlockSignIn(Staff.V1.UnlockSignInRequest request, ServerCallContext context)
    {
        var (customer, note) = request.Read(r => Fields.CustomerName(r.Customer, "customer"), r => Fields.Note(r.Note, "note"));
        await RequireAsync(customer, context);

        (await grains.Credentials(customer).Unlock(context.StaffMember(), note, context.CancellationToken)).OrRefuse();
        return new Staff.V1.UnlockSignInResponse { Standing = await StandingAsync(customer, context) };
    }

    public override async Task<Staff.V1.EndRaisedRiskResponse> EndRaisedRisk(
        Staff.V1.EndRaisedRiskRequest request, ServerCallContext context)
    {
        var (customer, note) = request.Read(r => Fields.CustomerName(r.Customer, "customer"), r => Fields.Note(r.Note, "note"));
        await RequireAsync(customer, context);

        (await grains.Credentials(customer).EndRaisedRisk(context.StaffMember(), note, context.CancellationToken)).OrRefuse();
        return new Staff.V1.EndRaisedRiskResponse { Standing = await StandingAsync(customer, context) };
    }

    public override async Task<Staff.V1.SuspendCustomerPhoneResponse> SuspendCustomerPhone(
        Staff.V1.SuspendCustomerPhoneRequest request, ServerCallContext context)
    {
        var (customer, note) = request.Read(r => Fields.CustomerName(r.Customer, "customer"), r => Fields.Note(r.Note, "note"));
        await RequireAsync(customer, context);

        await grains.Credentials(customer).SuspendPhone(context.StaffMember(), note, origin: null, context.CancellationToken);
        return new Staff.V1.SuspendCustomerPhoneResponse { Standing = await StandingAsync(customer, context) };
    }

    public override async Task<Staff.V1.ResumeCustomerPhoneResponse> ResumeCustomerPhone(
        Staff.V1.ResumeCustomerPhoneRequest request, ServerCallContext context)
    {
        var (customer, note) = request.Read(r => Fields.CustomerName(r.Customer, "customer"), r => Fields.Note(r.Note, "note"));
        await RequireAsync(customer, context);

        (await grains.Credentials(customer).ResumePhone(context.StaffMember(), note, context.CancellationToken)).OrRefuse();
        return new Staff.V1.ResumeCustomerPhoneResponse { Standing = await StandingAsync(customer, context) };
    }

    public override async Task<Staff.V1.BlockCustomerCardsResponse> BlockCustomerCards(
        Staff.V1.BlockCustomerCardsRequest request, ServerCallContext context)
    {
        var (customer, note) = request.Read(r => Fields.CustomerName(r.Customer, "customer"), r => Fields.Note(r.Note, "note"));
        await RequireAsync(customer, context);

        await grains.Credentials(customer).BlockCards(context.StaffMember(), note, context.CancellationToken);
        return new Staff.V1.BlockCustomerCardsResponse();
    }

    public override async Task<Staff.V1.ListCustomerSecurityEventsResponse> ListCustomerSecurityEvents(
        Staff.V1.ListCustomerSecurityEventsRequest request, ServerCallContext context)
    {
        var customer = await ExistingAsync(request.Customer, context);

        var page = await SecurityEvents.ReadAsync(grains, customer, request.PageSize, request.PageToken, context.CancellationToken);
        return new Staff.V1.ListCustomerSecurityEventsResponse { Events = { page.Events }, NextPageToken = page.NextToken };
    }

    public override async Task<Staff.V1.ListCustomerStandingOrdersResponse> ListCustomerStandingOrders(
        Staff.V1.ListCustomerStandingOrdersRequest request, ServerCallContext context)
    {
        var customer = await ExistingAsync(request.Customer, context);

        var orders = await grains.StandingOrders(customer).List(context.CancellationToken);
        var (page, next) = Page.Cut(orders, $"{ResourceNames.Of(customer)}/standingOrders", request.PageSize, request.PageToken);
        return new Staff.V1.ListCustomerStandingOrdersResponse
        {
            StandingOrders = { page.Select(StandingOrderService.ToMessage) }, NextPageToken = next,
        };
    }

    public override async Task<Staff.V1.ListCustomerStandingOrderPaymentsResponse> ListCustomerStandingOrderPayments(
        Staff.V1.ListCustomerStandingOrderPaymentsRequest request, ServerCallContext context)
    {
        var list = StandingOrderPages.PaymentsOf(request.Parent);
        var (customer, id, count, before) = request.Read(
            r => Fields.CustomerName(r.Customer, "customer"),
            r => Fields.StandingOrderName(r.Parent, "parent"),
            r => Fields.PageSize(r.PageSize, "page_size"),
            r => Fields.PageDate(r.PageToken, list, "page_token"));
        await RequireAsync(customer, context);

        var page = await StandingOrderPages.ReadPaymentsAsync(grains, customer, id, list, count, before, context.CancellationToken);
        return new Staff.V1.ListCustomerStandingOrderPaymentsResponse { Payments = { page.Payments }, NextPageToken = page.NextToken };
    }

    public override async Task<Staff.V1.ListCustomerScheduledPaymentsResponse> ListCustomerScheduledPayments(
        Staff.V1.ListCustomerScheduledPaymentsRequest request, ServerCallContext context)
    {
        var (customer, account) = request.Read(
            r => Fields.CustomerName(r.Customer, "customer"), r => Fields.AccountName(r.Account, "account"));
        await RequireAsync(customer, context);

        var page = await StandingOrderPages.ReadScheduledAsync(
            grains, customer, account, request.PageSize, request.PageToken, context.CancellationToken);
        return new Staff.V1.ListCustomerScheduledPaymentsResponse { Payments = { page.Payments }, NextPageToken = page.NextToken };
    }

    public override async Task<Staff.V1.PauseCustomerStandingOrderResponse> PauseCustomerStandingOrder(
        Staff.V1.PauseCustomerStandingOrderRequest request, ServerCallContext context)
    {
        var (customer, id, note) = request.Read(
            r => Fields.CustomerName(r.Customer, "customer"),
            r => Fields.StandingOrderName(r.Name, "name"),
            r => Fields.Note(r.Note, "note"));
        await RequireAsync(customer, context);

        var order = await grains.StandingOrders(customer).PauseByStaff(context.StaffMember(), id, note, context.CancellationToken);
        return new Staff.V1.PauseCustomerStandingOrderResponse { StandingOrder = StandingOrderService.ToMessage(order.OrRefuse()) };
    }

    public override async Task<Staff.V1.ListFnpMessagesResponse> ListFnpMessages(
        Staff.V1.ListFnpMessagesRequest request, ServerCallContext context)
    {
        var customer = await ExistingAsync(request.Customer, context);

        var messages = await grains.Credentials(customer).ListFnpMessages(context.CancellationToken);
        var list = $"{ResourceNames.Of(customer)}/fnpMessages";
        var (page, next) = Page.Cut(messages, list, request.PageSize, request.PageToken);
        return new Staff.V1.ListFnpMessagesResponse
        {
            NextPageToken = next,
            Messages =
            {
                page.Select(message => new Staff.V1.FnpMessage
                {
                    Reference = message.Reference,
                    // The numbers are the same on purpose.
                    Purpose = (Staff.V1.FnpPurpose)message.Purpose,
                    SendTime = message.SentAt.ToMessage(),
                    State = (Staff.V1.SmsState)message.State,
                    StateTime = message.StateAt.ToMessage(),
                }),
            },
        };
    }

    public override async Task<Staff.V1.ListSupportCasesResponse> ListSupportCases(
        Staff.V1.ListSupportCasesRequest request, ServerCallContext context)
    {
        const string List = "supportCases";
        var (count, after) = request.Read(
            r => Fields.PageSize(r.PageSize, "page_size"),
            r => Fields.PageStart(r.PageToken, List, "page_token"));

        var page = await grains.SupportCases().ListOpen(after, count, context.CancellationToken);
        return new Staff.V1.ListSupportCasesResponse
        {
            NextPageToken = page.HasMore ? PageToken.Create(List, page.Cases[^1].Id) : "",
            SupportCases =
            {
                page.Cases.Select(found => new Staff.V1.SupportCase
                {
                    Name = ResourceNames.OfSupportCase(found.Id),
                    Customer = ResourceNames.Of(found.Customer),
                    // The numbers are the same on purpose.
                    Kind = (Staff.V1.SupportCaseKind)found.Kind,
                    CreateTime = found.OpenedAt.ToMessage(),
                }),
            },
        };
    }

    public override async Task<Staff.V1.CloseSupportCaseResponse> CloseSupportCase(
        Staff.V1.CloseSupportCaseRequest request, ServerCallContext context)
    {
        var (id, note) = request.Read(r => Fields.SupportCaseName(r.Name, "name"), r => Fields.Note(r.Note, "note"));

        (await grains.SupportCases().Close(context.StaffMember(), id, note, context.CancellationToken)).OrRefuse();
        return new Staff.V1.CloseSupportCaseResponse();
    }

    private async Task<CustomerNumber> ExistingAsync(string name, ServerCallContext context)
    {
        var number = Fields.CustomerName(name, "customer");
        await RequireAsync(number, context);
        return number;
    }

    private async Task RequireAsync(CustomerNumber number, ServerCallContext context)
    {
        if (!(await grains.Customer(number).Get(context.CancellationToken)).Succeeded)
            throw Refuse.Because(Reason.CustomerNotFound, "customer");
    }

    private async Task<Staff.V1.SignInStanding> StandingAsync(CustomerNumber customer, ServerCallContext context)
    {
        var standing = await grains.Credentials(customer).GetStanding(context.CancellationToken);
        return new Staff.V1.SignInStanding
        {
            Enrolled = standing.IsEnrolled,
            LockTime = standing.LockedAt?.ToMessage(),
            Failures = standing.Failures,
            PhoneSuspendTime = standing.PhoneSuspendedAt?.ToMessage(),
            FnpBlockEndTime = standing.FnpBlockedUntil?.ToMessage(),
            PasswordTime = standing.PasswordSetAt?.ToMessage(),
            PasswordChangeRequired = standing.MustChangePassword,
            SessionCount = standing.OpenSessions,
            UnknownDevicesShutOutEndTime = standing.UnknownDevicesShutOutUntil?.ToMessage(),
            RaisedRiskEndDate = standing.RiskRaisedUntil?.ToMessage(),
        };
    }
}
