using BktSmart.Dev.Client;
using BktSmart.V1;

namespace BktSmart.Programs;

/// <summary>
/// Everything that a customer, the branch and the contact centre do about signing in and paying, with its refusals, and the secrets that
/// went through it.
/// </summary>
public sealed class SecretsStory : IAsyncLifetime
{
    private readonly Dictionary<string, string> _secrets = [];
    private readonly Dictionary<string, string> _numbers = [];

    private TestBank? _bank;

    public TestBank Bank => _bank ?? throw new InvalidOperationException("The bank is not started.");

    /// <summary>Where both programs send their traces.</summary>
    public TraceCollector Traces { get; } = new();

    /// <summary>What must be nowhere, by what it is.</summary>
    public IReadOnlyDictionary<string, string> Secrets => _secrets;

    /// <summary>What must not be in a log or a metric.</summary>
    public IReadOnlyDictionary<string, string> Numbers => _numbers;

    private AuthenticationService.AuthenticationServiceClient Door => new(Bank.Client.As(null));

    public async ValueTask InitializeAsync()
    {
        _bank = await TestBank.StartAsync("secrets", freePayments: false, settings: Traces.Settings);
        var person = TestBank.NewPerson();
        var (customer, payee) = (await Bank.OpenAsync(10_000_00, person), await Bank.OpenAsync());
        var name = customer.Customer.Name;
        var app = customer.App;
        _secrets["the card number"] = person.CardNumber;
        _secrets["the password"] = person.Password;
        Keep("enrolment", await app.EnrolAsync(customer.Number));
        Keep("sign-in", await app.SignInAsync(person.NationalId));
        Keep("sign-in", app.Session!);
        await PayAsync(customer, payee);
        await ConfirmAsync(customer, payee);

        // A stolen refresh token is worth a line in the log, and the line must not hold it.
        var first = app.Session!.RefreshToken;
        Keep("the first refresh", await app.RefreshAsync());
        Keep("the second refresh", await app.RefreshAsync());
        await Refused.ByAsync(
            () => Door.RefreshSessionAsync(
                new RefreshSessionRequest { RefreshToken = first, RequestId = Guid.NewGuid().ToString() }).ResponseAsync);

        // Wrong ones, as many as are taken, and the way back.
        var begun = await BeginAsync(customer, person.Password);
        Keep("a sign-in that goes wrong", await app.Phone.NextSmsAsync());
        await Refused.ByAsync(() => CompleteAsync(begun, person, "123456"));
        await Refused.ByAsync(() => CompleteAsync(begun, Guid.NewGuid(), _secrets["the FNP of a sign-in that goes wrong"]));
        const string wrong = "fjalekalim gabim 3141";
        _secrets["a wrong password"] = wrong;
        for (var i = 0; i < 3; i++)
            await BeginAsync(customer, wrong);
        await Bank.ContactCentre.IdentifyAsync(name, person);
        await Bank.ContactCentre.UnlockAsync(name, "klienti thirri");

        _secrets["the second password"] = "ujku dhe delja 77";
        Keep("sign-in again", await app.SignInAsync(customer.Number));
        Keep("a change of the password", await app.ChangePasswordAsync(_secrets["the second password"]));
        Keep("a change of the password", app.Session!);
        // Replaced on another device, so that the limit of the first is not met.
        var moved = person with
        {
            DeviceId = Guid.NewGuid(),
            PhoneNumber = TestBank.NewPerson().PhoneNumber,
            Password = "dhelpra dhe rrushi 31",
        };
        _secrets["the third password"] = moved.Password;
        await Bank.ContactCentre.SuspendPhoneAsync(name, "i humbi telefoni");
        await Bank.Desk.ChangePhoneNumberAsync(name, moved.PhoneNumber, "numër i ri", waiveFnpBlock: true);
        var newApp = Bank.Client.App(moved, Bank.PhoneOf(moved));
        Keep("a forgotten password", await newApp.ResetPasswordAsync(customer.Number, moved.Password));
        Keep("sign-in on the new phone", await newApp.SignInAsync(moved.NationalId));
        Keep("sign-in on the new phone", newApp.Session!);
        var reported = await Door.BeginSignInAsync(
            new BeginSignInRequest
            {
                Identifier = customer.Number,
                Password = moved.Password,
                Device = Devices.Of(moved),
                RequestId = Guid.NewGuid().ToString(),
            });
        var sms = await newApp.Phone.NextSmsAsync();
        Keep("a sign-in that is reported", sms);
        await Door.ReportFnpAsync(new ReportFnpRequest { Reference = sms.Text!.Split("ref ")[1][..8] });
        await Refused.ByAsync(() => CompleteAsync(reported, moved, Phone.FnpIn(sms)!));

        _numbers["the NID"] = person.NationalId;
        _numbers["the customer number"] = customer.Number;
        _numbers["the phone number"] = person.PhoneNumber[1..];
        _numbers["the new phone number"] = moved.PhoneNumber[1..];
        _numbers["the payer's IBAN"] = customer.Account.Iban;
        _numbers["the payee's IBAN"] = payee.Account.Iban;
        _numbers["the push token"] = Devices.Of(person).PushToken;
    }

    public async ValueTask DisposeAsync()
    {
        if (_bank is not null)
            await _bank.DisposeAsync();
        Traces.Dispose();
    }

    private static async Task PayAsync(TestCustomer customer, TestCustomer payee)
    {
        await customer.App.PayAsync(customer.Payment(payee, 10_00));
        await Refused.ByAsync(() => customer.App.PayAsync(customer.Payment(payee, 100_000_00)));
        await Refused.ByAsync(() => customer.App.GetTransferAsync(payee.Account.Name));
        await Refused.ByAsync(
            () => customer.App.Accounts.GetAccountAsync(new GetAccountRequest { Name = payee.Account.Name }).ResponseAsync);
        await customer.App.Phone.NextPushAsync();
    }

    /// <summary>A payment, a trusted payee and higher limits, each with an FNP of its own.</summary>
    private async Task ConfirmAsync(TestCustomer customer, TestCustomer payee)
    {
        var control = customer.App.PaymentControl;
        var payment = customer.Payment(payee, 4_000_00);
        Keep("a payment", await customer.App.ConfirmAsync(payment));
        await customer.App.PayAsync(payment);
        var changed = customer.Payment(payee, 4_000_00);
        Keep("a payment that is changed", await customer.App.ConfirmAsync(changed));
        changed.Amount.MinorUnits++;
        await Refused.ByAsync(() => customer.App.PayAsync(changed));

        var trust = new CreateTrustedPayeeRequest { PayeeIban = payee.Account.Iban };
        trust.Confirmation = await ConfirmAsync("a trusted payee", new() { TrustedPayee = trust });
        await control.CreateTrustedPayeeAsync(trust);
        var limits = (await control.GetPaymentLimitsAsync(
            new GetPaymentLimitsRequest { Account = customer.Account.Name })).PaymentLimits.Limits;
        limits.MonthMinorUnits++;
        var raise = new UpdatePaymentLimitsRequest { Account = customer.Account.Name, Limits = limits };
        raise.Confirmation = await ConfirmAsync("higher limits", new() { PaymentLimits = raise });
        await control.UpdatePaymentLimitsAsync(raise);

        async Task<Confirmation> ConfirmAsync(string what, BeginConfirmationRequest request)
        {
            request.RequestId = Guid.NewGuid().ToString();
            var begun = await control.BeginConfirmationAsync(request);
            await Refused.ByAsync(
                () => Door.ResendFnpAsync(
                    new ResendFnpRequest
                    {
                        AttemptId = begun.ConfirmationId,
                        DeviceId = customer.Person.DeviceId.ToString(),
                    }).ResponseAsync);
            var sms = await customer.App.Phone.NextSmsAsync();
            Keep(what, sms);
            return new Confirmation
            {
                ConfirmationId = begun.ConfirmationId,
                DeviceId = customer.Person.DeviceId.ToString(),
                Fnp = Phone.FnpIn(sms)!,
            };
        }
    }

    private async Task<string> BeginAsync(TestCustomer customer, string password) => (await Door.BeginSignInAsync(
        new BeginSignInRequest
        {
            Identifier = customer.Number,
            Password = password,
            Device = Devices.Of(customer.Person),
            RequestId = Guid.NewGuid().ToString(),
        })).SignInId;

    private Task CompleteAsync(string id, Person person, string fnp) => CompleteAsync(id, person.DeviceId, fnp);

    private Task CompleteAsync(BeginSignInResponse begun, Person person, string fnp) => CompleteAsync(begun.SignInId, person.DeviceId, fnp);

    private async Task CompleteAsync(string id, Guid device, string fnp) =>
        await Door.CompleteSignInAsync(new CompleteSignInRequest { SignInId = id, DeviceId = device.ToString(), Fnp = fnp });

    private void Keep(string what, Message sms) => _secrets[$"the FNP of {what}"] = Phone.FnpIn(sms)!;

    private void Keep(string what, SessionTokens tokens)
    {
        _secrets[$"the access token of {what}"] = tokens.AccessToken;
        _secrets[$"the refresh token of {what}"] = tokens.RefreshToken;
        // The signature is what makes it a token; it is looked for by itself, wherever a part of one was cut off.
        _secrets[$"the signature of the access token of {what}"] = tokens.AccessToken.Split('.')[2];
    }
}
