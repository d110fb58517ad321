using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace BktSmart.Requests;

/// <summary>Two customers with something to steal, and everybody who may try.</summary>
public sealed class BadInputBank(SharedBank shared) : IAsyncLifetime
{
    public const long Deposit = 10_000_00;

    public TestBank Bank => shared.Bank;

    public TestCustomer Arta { get; private set; } = null!;

    public TestCustomer Besnik { get; private set; } = null!;

    /// <summary>An account of Arta in euro.</summary>
    public Account Euro { get; private set; } = null!;

    /// <summary>A payment that Besnik made.</summary>
    public Transfer OfBesnik { get; private set; } = null!;

    /// <summary>Continues Besnik's list of transactions.</summary>
    public string PageTokenOfBesnik { get; private set; } = "";

    /// <summary>Continues Besnik's list of notifications.</summary>
    public string InboxTokenOfBesnik { get; private set; } = "";

    public string StaffToken { get; } = shared.Bank.Bank.Staff.Issue("teller", ["branch"]);

    public async ValueTask InitializeAsync()
    {
        Arta = await Bank.EnterAsync(Deposit);
        Besnik = await Bank.EnterAsync(Deposit);
        Euro = await Bank.Desk.OpenAccountAsync(Arta.Customer.Name, "EUR");
        OfBesnik = await Besnik.App.PayAsync(Besnik.Payment(Arta, 5_00));
        var page = await Besnik.App.Accounts.ListTransactionsAsync(
            new ListTransactionsRequest { Parent = Besnik.Account.Name, PageSize = 1 });
        PageTokenOfBesnik = page.NextPageToken;
        await Bank.DrainAsync();
        var inbox = await Besnik.App.Notifications.ListNotificationsAsync(new ListNotificationsRequest { PageSize = 1 });
        InboxTokenOfBesnik = inbox.NextPageToken;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Everything that a refused request must not change.</summary>
    public Task<string> TraceAsync() => Bank.ReadAsync<string>("""
        select row((select count(*) from bank.transfer),
                   (select count(*) from bank.posting),
                   (select count(*) from bank.event),
                   (select count(*) from bank.notification),
                   (select count(*) from bank.customer),
                   (select count(*) from bank.agreement),
                   (select count(*) from bank.card),
                   (select count(*) from bank.audit),
                   (select count(*) from bank.security_event),
                   (select count(*) from bank.caller_identification),
                   (select count(*) from bank.support_case),
                   (select count(*) from bank.approval),
                   (select count(*) from bank.fnp_message),
                   (select count(*) from bank.trusted_payee),
                   (select count(*) from bank.payment_limit_change),
                   (select count(*) from bank.revoked_session),
                   (select md5(string_agg(customer_number || phone, ' ' order by customer_number)) from bank.customer),
                   (select md5(string_agg(version::text, ' ' order by customer_number)) from bank.credentials),
                   (select md5(string_agg(account_id || ':' || balance_minor || ':' || sequence_number, ' ' order by account_id))
                      from bank.account))::text
        """);

    /// <summary>Arta pays Besnik, with something wrong.</summary>
    internal Task PayAsync(Action<CreateTransferRequest> spoil)
    {
        var request = Arta.Payment(Besnik, 1_00);
        spoil(request);
        return Arta.App.PayAsync(request);
    }

    /// <summary>Arta asks for the FNP of a payment, with something wrong.</summary>
    internal Task BeginPaymentAsync(Action<CreateTransferRequest> spoil)
    {
        var request = Arta.Payment(Besnik, 1_00);
        spoil(request);
        return BeginConfirmationAsync(new BeginConfirmationRequest { Transfer = request });
    }

    internal Task BeginConfirmationAsync(BeginConfirmationRequest request, string? requestId = null)
    {
        request.RequestId = requestId ?? Guid.NewGuid().ToString();
        return Arta.App.PaymentControl.BeginConfirmationAsync(request).ResponseAsync;
    }

    internal Task TrustAsync(Action<CreateTrustedPayeeRequest> spoil)
    {
        var request = new CreateTrustedPayeeRequest { PayeeIban = Besnik.Account.Iban, Confirmation = NewConfirmation() };
        spoil(request);
        return Arta.App.PaymentControl.CreateTrustedPayeeAsync(request).ResponseAsync;
    }

    internal Task DistrustAsync(string name) =>
        Arta.App.PaymentControl.DeleteTrustedPayeeAsync(new DeleteTrustedPayeeRequest { Name = name }).ResponseAsync;

    internal Task GetLimitsAsync(string account) =>
        Arta.App.PaymentControl.GetPaymentLimitsAsync(new GetPaymentLimitsRequest { Account = account }).ResponseAsync;

    internal Task SetLimitsAsync(Action<UpdatePaymentLimitsRequest> spoil)
    {
        var request = new UpdatePaymentLimitsRequest
        {
            Account = Arta.Account.Name,
            Limits = new PaymentLimits { PaymentMinorUnits = 1, DayMinorUnits = 2, MonthMinorUnits = 3 },
        };
        spoil(request);
        return Arta.App.PaymentControl.UpdatePaymentLimitsAsync(request).ResponseAsync;
    }

    /// <summary>Of nothing.</summary>
    internal Confirmation NewConfirmation() =>
        new() { ConfirmationId = Guid.NewGuid().ToString(), DeviceId = Arta.Person.DeviceId.ToString(), Fnp = "123456" };

    internal Task DepositAsync(Action<DepositCashRequest> spoil)
    {
        var request = new DepositCashRequest
        {
            TransferId = Guid.CreateVersion7().ToString(),
            Account = Arta.Account.Name,
            Amount = Amounts.All(1_00),
        };
        spoil(request);
        return Bank.Desk.Service.DepositCashAsync(request).ResponseAsync;
    }

    internal Task WithdrawAsync(Action<WithdrawCashRequest> spoil)
    {
        var request = new WithdrawCashRequest
        {
            TransferId = Guid.CreateVersion7().ToString(),
            Account = Arta.Account.Name,
            Amount = Amounts.All(1_00),
        };
        spoil(request);
        return Bank.Desk.Service.WithdrawCashAsync(request).ResponseAsync;
    }

    internal Task CreateCustomerAsync(Action<CreateCustomerRequest> spoil)
    {
        var person = TestBank.NewPerson();
        var request = new CreateCustomerRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            Customer = new Customer
            {
                DisplayName = person.Name,
                NationalId = person.NationalId,
                PhoneNumber = person.PhoneNumber,
                Language = Language.Albanian,
            },
        };
        spoil(request);
        return Bank.Desk.Service.CreateCustomerAsync(request).ResponseAsync;
    }

    internal Task OpenAccountAsync(Action<OpenAccountRequest> spoil)
    {
        var request = new OpenAccountRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            Customer = Arta.Customer.Name,
            BranchCode = "1100",
            CurrencyCode = "ALL",
        };
        spoil(request);
        return Bank.Desk.Service.OpenAccountAsync(request).ResponseAsync;
    }

    internal Task IssueCardAsync(Action<IssueCardRequest> spoil)
    {
        var person = TestBank.NewPerson();
        var request = new IssueCardRequest { Customer = Arta.Customer.Name, CardNumber = person.CardNumber, Expiry = person.CardExpiry };
        spoil(request);
        return Bank.Desk.Service.IssueCardAsync(request).ResponseAsync;
    }

    internal Task BeginEnrolmentAsync(Action<BeginEnrolmentRequest> spoil)
    {
        var request = new BeginEnrolmentRequest
        {
            Identifier = Arta.Number,
            CardNumber = Arta.Person.CardNumber,
            CardExpiry = Arta.Person.CardExpiry,
            Device = Devices.Of(Arta.Person),
            RequestId = Guid.NewGuid().ToString(),
        };
        spoil(request);
        return Bank.Client.Enrolment.BeginEnrolmentAsync(request).ResponseAsync;
    }

    internal Task BeginSignInAsync(Action<BeginSignInRequest> spoil)
    {
        var request = new BeginSignInRequest
        {
            Identifier = Arta.Number,
            Password = Arta.Person.Password,
            Device = Devices.Of(Arta.Person),
            RequestId = Guid.NewGuid().ToString(),
        };
        spoil(request);
        return new AuthenticationService.AuthenticationServiceClient(Bank.Client.As(null)).BeginSignInAsync(request).ResponseAsync;
    }

    internal Task CompleteSignInAsync(Action<CompleteSignInRequest> spoil)
    {
        var request = new CompleteSignInRequest
        {
            SignInId = Guid.NewGuid().ToString(),
            DeviceId = Guid.NewGuid().ToString(),
            Fnp = "123456",
        };
        spoil(request);
        return new AuthenticationService.AuthenticationServiceClient(Bank.Client.As(null)).CompleteSignInAsync(request).ResponseAsync;
    }

    /// <summary>Somebody who is not signed in.</summary>
    internal AuthenticationService.AuthenticationServiceClient Door => new(Bank.Client.As(null));

    internal Task ResendFnpAsync(Action<ResendFnpRequest> spoil)
    {
        var request = new ResendFnpRequest { AttemptId = Guid.NewGuid().ToString(), DeviceId = Guid.NewGuid().ToString() };
        spoil(request);
        return Door.ResendFnpAsync(request).ResponseAsync;
    }

    internal Task GetFnpDeliveryAsync(Action<GetFnpDeliveryRequest> spoil)
    {
        var request = new GetFnpDeliveryRequest { AttemptId = Guid.NewGuid().ToString(), DeviceId = Guid.NewGuid().ToString() };
        spoil(request);
        return Door.GetFnpDeliveryAsync(request).ResponseAsync;
    }

    internal Task ReportFnpAsync(string reference) => Door.ReportFnpAsync(new ReportFnpRequest { Reference = reference }).ResponseAsync;

    internal Task BeginPasswordResetAsync(Action<BeginPasswordResetRequest> spoil)
    {
        var request = new BeginPasswordResetRequest
        {
            Identifier = Arta.Number,
            CardNumber = Arta.Person.CardNumber,
            CardExpiry = Arta.Person.CardExpiry,
            Device = Devices.Of(Arta.Person),
            RequestId = Guid.NewGuid().ToString(),
        };
        spoil(request);
        return Door.BeginPasswordResetAsync(request).ResponseAsync;
    }

    internal Task CompletePasswordResetAsync(Action<CompletePasswordResetRequest> spoil)
    {
        var request = new CompletePasswordResetRequest
        {
            PasswordResetId = Guid.NewGuid().ToString(),
            DeviceId = Guid.NewGuid().ToString(),
            Fnp = "123456",
            Password = Arta.Person.Password,
        };
        spoil(request);
        return Door.CompletePasswordResetAsync(request).ResponseAsync;
    }

    internal Task BeginPasswordChangeAsync(string current, string? requestId = null) => Arta.App.Security.BeginPasswordChangeAsync(
        new BeginPasswordChangeRequest { CurrentPassword = current, RequestId = requestId ?? Guid.NewGuid().ToString() }).ResponseAsync;

    internal Task CompletePasswordChangeAsync(Action<CompletePasswordChangeRequest> spoil)
    {
        var request = new CompletePasswordChangeRequest
        {
            PasswordChangeId = Guid.NewGuid().ToString(),
            DeviceId = Arta.Person.DeviceId.ToString(),
            Fnp = "123456",
            Password = Arta.Person.Password,
        };
        spoil(request);
        return Arta.App.Security.CompletePasswordChangeAsync(request).ResponseAsync;
    }

    internal Task DeleteSessionAsync(string name) =>
        Arta.App.Security.DeleteSessionAsync(new DeleteSessionRequest { Name = name }).ResponseAsync;

    internal Task UpdateDeviceAsync(Action<UpdateDeviceRequest> spoil)
    {
        var request = new UpdateDeviceRequest
        {
            Device = new KnownDevice { Name = $"devices/{Arta.Person.DeviceId}", DisplayName = "Telefoni", PushToken = "new-token" },
            UpdateMask = new FieldMask { Paths = { "display_name", "push_token" } },
        };
        spoil(request);
        return Arta.App.Security.UpdateDeviceAsync(request).ResponseAsync;
    }

    internal Task DeleteDeviceAsync(string name) =>
        Arta.App.Security.DeleteDeviceAsync(new DeleteDeviceRequest { Name = name }).ResponseAsync;

    internal Task ListSecurityEventsAsync(int pageSize = 0, string pageToken = "") => Arta.App.Security.ListSecurityEventsAsync(
        new ListSecurityEventsRequest { PageSize = pageSize, PageToken = pageToken }).ResponseAsync;

    internal Task IdentifyCallerAsync(Action<IdentifyCallerRequest> spoil)
    {
        var request = new IdentifyCallerRequest
        {
            Customer = Arta.Customer.Name,
            NationalId = Arta.Person.NationalId,
            CardLastFourDigits = Arta.Person.CardNumber[^4..],
        };
        spoil(request);
        return Bank.ContactCentre.Service.IdentifyCallerAsync(request).ResponseAsync;
    }

    internal Task ListCustomerSecurityEventsAsync(Action<ListCustomerSecurityEventsRequest> spoil)
    {
        var request = new ListCustomerSecurityEventsRequest { Customer = Arta.Customer.Name };
        spoil(request);
        return Bank.ContactCentre.Service.ListCustomerSecurityEventsAsync(request).ResponseAsync;
    }

    internal Task ChangePhoneNumberAsync(Action<ChangePhoneNumberRequest> spoil)
    {
        var request = new ChangePhoneNumberRequest
        {
            Customer = Arta.Customer.Name,
            PhoneNumber = TestBank.NewPerson().PhoneNumber,
            Note = "Telefon i ri",
        };
        spoil(request);
        return Bank.Desk.Service.ChangePhoneNumberAsync(request).ResponseAsync;
    }

    internal Task UpdateCustomerAsync(Action<UpdateCustomerRequest> spoil)
    {
        var request = new UpdateCustomerRequest
        {
            Customer = new Staff.V1.Customer
            {
                Name = Arta.Customer.Name,
                DisplayName = "Arta Hoxha-Kola",
                NationalId = TestBank.NewPerson().NationalId,
            },
            UpdateMask = new FieldMask { Paths = { "display_name", "national_id" } },
            Note = "Martesë",
        };
        spoil(request);
        return Bank.Desk.Service.UpdateCustomerAsync(request).ResponseAsync;
    }

    internal Task RejectCustomerCorrectionAsync(Action<RejectCustomerCorrectionRequest> spoil)
    {
        var request = new RejectCustomerCorrectionRequest { Name = "customerCorrections/999999", Note = "Gabim" };
        spoil(request);
        return Bank.Desk.Service.RejectCustomerCorrectionAsync(request).ResponseAsync;
    }

    internal Task ConfirmCustomerCorrectionAsync(string name) => Bank.Desk.Service.ConfirmCustomerCorrectionAsync(
        new ConfirmCustomerCorrectionRequest { Name = name }).ResponseAsync;

    internal Task ListCustomerCorrectionsAsync(int pageSize = 0, string pageToken = "") =>
        Bank.Desk.Service.ListCustomerCorrectionsAsync(
            new ListCustomerCorrectionsRequest { PageSize = pageSize, PageToken = pageToken }).ResponseAsync;

    internal Task RefreshAsync(string token, string? requestId = null) =>
        new AuthenticationService.AuthenticationServiceClient(Bank.Client.As(null)).RefreshSessionAsync(
            new RefreshSessionRequest { RefreshToken = token, RequestId = requestId ?? Guid.NewGuid().ToString() }).ResponseAsync;

    internal Task GetAccountAsync(string name) => Arta.App.Accounts.GetAccountAsync(new GetAccountRequest { Name = name }).ResponseAsync;

    internal Task ListTransactionsAsync(string parent, int pageSize = 0, string pageToken = "") => Arta.App.Accounts.ListTransactionsAsync(
        new ListTransactionsRequest { Parent = parent, PageSize = pageSize, PageToken = pageToken }).ResponseAsync;

    internal Task ListNotificationsAsync(int pageSize = 0, string pageToken = "") => Arta.App.Notifications.ListNotificationsAsync(
        new ListNotificationsRequest { PageSize = pageSize, PageToken = pageToken }).ResponseAsync;

    internal async Task WatchAsync(long afterNumber)
    {
        using var watch = Arta.App.Watch(afterNumber);
        await watch.ResponseStream.MoveNext(CancellationToken.None);
    }

    /// <summary>A customer's call with any token.</summary>
    internal Task ListAccountsAsync(string? token) =>
        new AccountService.AccountServiceClient(Bank.Client.As(token)).ListAccountsAsync(new ListAccountsRequest()).ResponseAsync;

    /// <summary>A payment out of Arta's account with any token.</summary>
    internal Task PayAsAsync(string? token) => new TransferService.TransferServiceClient(Bank.Client.As(token))
        .CreateTransferAsync(Arta.Payment(Besnik, 1_00)).ResponseAsync;

    /// <summary>A call of the branch with any token.</summary>
    internal Task GetCustomerAsync(string? token) => new BranchService.BranchServiceClient(Bank.Client.AsStaff(token))
        .GetCustomerAsync(new GetCustomerRequest { Name = Arta.Customer.Name }).ResponseAsync;

    /// <summary>A deposit with any token.</summary>
    internal Task DepositAsAsync(string? token) => new BranchService.BranchServiceClient(Bank.Client.AsStaff(token)).DepositCashAsync(
        new DepositCashRequest
        {
            TransferId = Guid.CreateVersion7().ToString(),
            Account = Arta.Account.Name,
            Amount = Amounts.All(1_00),
        }).ResponseAsync;

    /// <summary>Bytes as a request.</summary>
    internal Task CallAsync(string service, string method, byte[] request)
    {
        var bytes = Marshallers.Create(value => value, value => value);
        var call = new Method<byte[], byte[]>(MethodType.Unary, service, method, bytes, bytes);
        return Bank.Client.As(Arta.App.Session!.AccessToken).AsyncUnaryCall(call, null, default, request).ResponseAsync;
    }
}
