using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Errors;
using BktSmart.Ledger;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Branch;

internal sealed class BranchService(IGrainFactory grains, OrderClock orders) : Staff.V1.BranchService.BranchServiceBase
{
    private const string DisplayName = "display_name";
    private const string NationalIdPath = "national_id";

    public override async Task<Staff.V1.CreateCustomerResponse> CreateCustomer(
        Staff.V1.CreateCustomerRequest request, ServerCallContext context)
    {
        var (requestId, number, (nationalId, name, phone, language)) = request.Read(
            r => Fields.RequestId(r.RequestId, "request_id"),
            r => Fields.OptionalCustomerNumber(r.CustomerId, "customer_id"),
            r => r.Customer.OrMissing("customer").Read(
                c => Fields.NationalId(c.NationalId, "customer.national_id"),
                c => Fields.CustomerDisplayName(c.DisplayName, "customer.display_name"),
                c => Fields.PhoneNumber(c.PhoneNumber, "customer.phone_number"),
                c => Fields.Language(c.Language, "customer.language")));
        var command = new NewCustomer(requestId, number, nationalId, name, phone, language);

        var created = await grains.CustomerRegistry().Create(context.StaffMember(), command, context.CancellationToken);
        return new Staff.V1.CreateCustomerResponse { Customer = ToMessage(created) };
    }

    public override async Task<Staff.V1.GetCustomerResponse> GetCustomer(Staff.V1.GetCustomerRequest request, ServerCallContext context)
    {
        var number = Fields.CustomerName(request.Name, "name");

        var customer = await grains.Customer(number).Get(context.CancellationToken);
        return new Staff.V1.GetCustomerResponse { Customer = ToMessage(customer) };
    }

    public override async Task<Staff.V1.RecordAgreementResponse> RecordAgreement(
        Staff.V1.RecordAgreementRequest request, ServerCallContext context)
    {
        var (number, version) = request.Read(
            r => Fields.CustomerName(r.Customer, "customer"),
            r => Fields.AgreementVersion(r.Version, "version"));

        var customer = await grains.Customer(number).RecordAgreement(context.StaffMember(), version, context.CancellationToken);
        return new Staff.V1.RecordAgreementResponse { Customer = ToMessage(customer) };
    }

    public override async Task<Staff.V1.ChangePhoneNumberResponse> ChangePhoneNumber(
        Staff.V1.ChangePhoneNumberRequest request, ServerCallContext context)
    {
        var (customer, phone, note) = request.Read(
            r => Fields.CustomerName(r.Customer, "customer"),
            r => Fields.PhoneNumber(r.PhoneNumber, "phone_number"),
            r => Fields.Note(r.Note, "note"));

        (await grains.Credentials(customer).ChangePhone(
            context.StaffMember(), phone, request.WaiveFnpBlock, note, context.CancellationToken)).OrRefuse();
        var changed = await grains.Customer(customer).Get(context.CancellationToken);
        var standing = await grains.Credentials(customer).GetStanding(context.CancellationToken);
        return new Staff.V1.ChangePhoneNumberResponse
        {
            Customer = ToMessage(changed),
            FnpBlockEndTime = standing.FnpBlockedUntil?.ToMessage(),
        };
    }

    public override async Task<Staff.V1.UpdateCustomerResponse> UpdateCustomer(
        Staff.V1.UpdateCustomerRequest request, ServerCallContext context)
    {
        var (customer, mask, note) = request.Read(
            r => r.Customer.OrMissing("customer"),
            r => Fields.UpdateMask(r.UpdateMask, [DisplayName, NationalIdPath], "update_mask"),
            r => Fields.Note(r.Note, "note"));
        var (number, name, nationalId) = customer.Read(
            c => Fields.CustomerName(c.Name, "customer.name"),
            c => mask.Contains(DisplayName) ? Fields.CustomerDisplayName(c.DisplayName, "customer.display_name") : null,
            c => mask.Contains(NationalIdPath) ? Fields.NationalId(c.NationalId, "customer.national_id") : (NationalId?)null);

        var answer = (await grains.Customer(number).RequestCorrection(
            context.StaffMember(), name, nationalId, note, context.CancellationToken)).OrRefuse();
        return new Staff.V1.UpdateCustomerResponse
        {
            Customer = answer.Customer is { } unchanged ? ToMessage(unchanged) : null,
            Correction = answer.Pending is { } pending ? ToMessage(pending) : null,
        };
    }

    public override async Task<Staff.V1.ListCustomerCorrectionsResponse> ListCustomerCorrections(
        Staff.V1.ListCustomerCorrectionsRequest request, ServerCallContext context)
    {
        const string List = "customer-corrections";
        var (count, after) = request.Read(
            r => Fields.PageSize(r.PageSize, "page_size"),
            r => Fields.PageStart(r.PageToken, List, "page_token"));

        var page = await grains.CustomerCorrections().List(after, count, context.CancellationToken);
        return new Staff.V1.ListCustomerCorrectionsResponse
        {
            Corrections = { page.Corrections.Select(ToMessage) },
            NextPageToken = page.HasMore ? PageToken.Create(List, page.Corrections[^1].Id) : "",
        };
    }

    public override async Task<Staff.V1.ConfirmCustomerCorrectionResponse> ConfirmCustomerCorrection(
        Staff.V1.ConfirmCustomerCorrectionRequest request, ServerCallContext context)
    {
        var id = Fields.CustomerCorrectionName(request.Name, "name");

        var corrected = await grains.CustomerCorrections().Confirm(context.StaffMember(), id, context.CancellationToken);
        return new Staff.V1.ConfirmCustomerCorrectionResponse { Customer = ToMessage(corrected) };
    }

    public override async Task<Staff.V1.RejectCustomerCorrectionResponse> RejectCustomerCorrection(
        Staff.V1.RejectCustomerCorrectionRequest request, ServerCallContext context)
    {
        var (id, note) = request.Read(r => Fields.CustomerCorrectionName(r.Name, "name"), r => Fields.Note(r.Note, "note"));

        (await grains.CustomerCorrections().Reject(context.StaffMember(), id, note, context.CancellationToken)).OrRefuse();
        return new Staff.V1.RejectCustomerCorrectionResponse();
    }

    public override async Task<Staff.V1.OpenAccountResponse> OpenAccount(Staff.V1.OpenAccountRequest request, ServerCallContext context)
    {
        var (requestId, number, branchCode, currency) = request.Read(
            r => Fields.RequestId(r.RequestId, "request_id"),
            r => Fields.CustomerName(r.Customer, "customer"),
            r => Fields.BranchCode(r.BranchCode, "branch_code"),
            r => Fields.Currency(r.CurrencyCode, "currency_code"));

        var account = await grains.Customer(number).OpenAccount(
            context.StaffMember(), requestId, branchCode, currency, context.CancellationToken);
        return new Staff.V1.OpenAccountResponse { Account = account.OrRefuse().ToMessage() };
    }

    public override async Task<Staff.V1.IssueCardResponse> IssueCard(Staff.V1.IssueCardRequest request, ServerCallContext context)
    {
        var (number, cardNumber, expiry) = request.Read(
            r => Fields.CustomerName(r.Customer, "customer"),
            r => Fields.CardNumber(r.CardNumber, "card_number"),
            r => Fields.CardExpiry(r.Expiry, "expiry"));

        var result = await grains.Customer(number).IssueCard(context.StaffMember(), cardNumber, expiry, context.CancellationToken);
        var card = result.OrRefuse();
        return new Staff.V1.IssueCardResponse { LastFourDigits = card.LastFourDigits, Expiry = card.Expiry.ToString() };
    }

    public override async Task<Staff.V1.DepositCashResponse> DepositCash(
        Staff.V1.DepositCashRequest request, ServerCallContext context) => new()
    {
        Transfer = await MoveCash(
            CashDirection.Deposit, request.TransferId, request.Account, request.Amount, request.Reference, request.SettleOnly,
            context),
    };

    public override async Task<Staff.V1.WithdrawCashResponse> WithdrawCash(
        Staff.V1.WithdrawCashRequest request, ServerCallContext context) => new()
    {
        Transfer = await MoveCash(
            CashDirection.Withdrawal, request.TransferId, request.Account, request.Amount, request.Reference, request.SettleOnly,
            context),
    };

    private async Task<V1.Transfer> MoveCash(
        CashDirection direction, string transferId, string account, V1.Money? amount, string reference, bool settleOnly,
        ServerCallContext context)
    {
        var (id, iban, cash, text) = (transferId, account, amount, reference).Read(
            r => Fields.TransferId(r.transferId, "transfer_id"),
            r => Fields.AccountName(r.account, "account"),
            r => Fields.Amount(r.amount, "amount"),
            r => Fields.Reference(r.reference, "reference"));
        var command = new CashCommand(id, cash, text);

        var transfer = await grains.Account(iban).MoveCash(
            context.StaffMember(), direction, command, orders.Give(settleOnly), context.CancellationToken);
        return transfer.OrRefuse().ToMessage();
    }

    private static Staff.V1.Customer ToMessage(Result<Customer> result) => ToMessage(result.OrRefuse());

    private static Staff.V1.Customer ToMessage(Customer customer) => new()
    {
        Name = ResourceNames.Of(customer.Number),
        NationalId = customer.NationalId.Value,
        DisplayName = customer.Name,
        PhoneNumber = customer.Phone.Value,
        Language = customer.Language switch
        {
            Language.Albanian => Staff.V1.Language.Albanian,
            Language.English => Staff.V1.Language.English,
            _ => Staff.V1.Language.Unspecified,
        },
        AgreementVersion = customer.AgreementVersion ?? 0,
        EnrolmentObstacles = { customer.EnrolmentObstacles.Select(reason => ReasonCatalogue.Of(reason).Name) },
    };

    private static Staff.V1.CustomerCorrection ToMessage(CustomerCorrection correction) => new()
    {
        Name = ResourceNames.OfCustomerCorrection(correction.Id),
        Customer = ResourceNames.Of(correction.Customer),
        DisplayName = correction.Details.Name,
        NationalId = correction.Details.NationalId.Value,
        WantedDisplayName = correction.Wanted.Name,
        WantedNationalId = correction.Wanted.NationalId.Value,
        Requester = correction.RequestedBy.Subject,
        Note = correction.Note,
        CreateTime = correction.RequestedAt.ToMessage(),
        ExpireTime = correction.ExpiresAt.ToMessage(),
    };
}
