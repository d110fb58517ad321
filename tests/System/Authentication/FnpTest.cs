using System.Globalization;
using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using static Grpc.Core.StatusCode;

namespace BktSmart.Authentication;

/// <summary>
/// R6, R8, R11: what becomes of an FNP, and of one that nobody asked for. What time does to them is tested with a fake clock.
/// </summary>
public sealed class FnpTest(SharedBank shared)
{
    private const string NewPassword = "ujku dhe delja 77";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    private AuthenticationService.AuthenticationServiceClient Door => new(Bank.Client.As(null));

    [Fact]
    public async Task ResendFnp_BeforeTheMinute_IsTooSoonAndTheCodeStaysGood()
    {
        var customer = await Bank.EnterAsync();
        var begun = await BeginSignInAsync(customer, customer.Person.Password);
        Assert.InRange((begun.ResendTime - begun.ExpireTime).ToTimeSpan(), TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(-1));
        Assert.Equal(
            new Refused(FailedPrecondition, "FNP_RESEND_TOO_SOON"),
            await Refused.ByAsync(() => ResendAsync(begun.SignInId, customer.Person.DeviceId)));
        Assert.Equal(new Refused(Unauthenticated, "FNP_EXPIRED"), await Refused.ByAsync(() => ResendAsync(begun.SignInId, Guid.NewGuid())));
        Assert.Equal(FnpDelivery.OnItsWay, await DeliveryAsync(begun.SignInId, customer.Person.DeviceId));
        Assert.Equal(
            new Refused(Unauthenticated, "FNP_EXPIRED"), await Refused.ByAsync(() => DeliveryAsync(begun.SignInId, Guid.NewGuid())));
        await CompleteSignInAsync(customer, begun.SignInId, Phone.FnpIn(await customer.App.Phone.NextSmsAsync(Stop))!);
        Assert.Equal(
            new Refused(Unauthenticated, "FNP_EXPIRED"),
            await Refused.ByAsync(() => DeliveryAsync(begun.SignInId, customer.Person.DeviceId)));
    }

    /// <summary>
    /// All that a stranger can do with a first step, step by step, for somebody and for nobody: status, reason, field, text and form are
    /// the same.
    /// </summary>
    [Fact]
    public async Task AnyFirstStep_ForSomebodyAndForNobody_AnswersAlikeInEveryLaterStep()
    {
        var customer = await Bank.EnterAsync();
        var stranger = Guid.NewGuid();
        string[] identifiers = [customer.Number, customer.Person.NationalId, "999999997", TestBank.NewPerson().NationalId];
        var answers = new List<string>();
        foreach (var identifier in identifiers)
        {
            var device = new Device { DeviceId = stranger.ToString(), DisplayName = "Telefoni im", Platform = DevicePlatform.Android };
            var signIn = await Door.BeginSignInAsync(
                new BeginSignInRequest
                {
                    Identifier = identifier,
                    Password = "gabim gabim 12",
                    Device = device,
                    RequestId = Guid.NewGuid().ToString(),
                },
                cancellationToken: Stop);
            var reset = await Door.BeginPasswordResetAsync(
                new BeginPasswordResetRequest
                {
                    Identifier = identifier,
                    CardNumber = TestBank.NewPerson().CardNumber,
                    CardExpiry = "12/29",
                    Device = device,
                    RequestId = Guid.NewGuid().ToString(),
                },
                cancellationToken: Stop);
            var seen = new List<string>
            {
                $"{(signIn.ExpireTime - signIn.ResendTime).ToTimeSpan()} {signIn.NoFnpText}",
                $"{(reset.ExpireTime - reset.ResendTime).ToTimeSpan()} {reset.ContactCentrePhoneNumber}",
            };
            foreach (var id in (string[])[signIn.SignInId, reset.PasswordResetId])
            {
                seen.Add((await DeliveryAsync(id, stranger)).ToString());
                seen.Add(await Refused.WholeAnswerAsync(() => ResendAsync(id, stranger)));
                seen.Add(await Refused.WholeAnswerAsync(() => ResendAsync(id, Guid.NewGuid())));
                seen.Add(await Refused.WholeAnswerAsync(() => CompleteSignInAsync(stranger, id, "123456")));
                seen.Add(await Refused.WholeAnswerAsync(() => CompleteResetAsync(stranger, id, "123456")));
                seen.Add(await Refused.WholeAnswerAsync(() => CompleteEnrolmentAsync(stranger, id, "123456")));
                seen.Add(await Refused.WholeAnswerAsync(() => CompleteSignInAsync(stranger, id, "123456")));
                seen.Add(await Refused.WholeAnswerAsync(() => ResendAsync(id, stranger)));
                seen.Add((await DeliveryAsync(id, stranger)).ToString());
            }

            answers.Add(string.Join('\n', seen));
        }

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.DoesNotContain(await customer.App.ListSecurityEventsAsync(Stop), happened => happened.Kind == SecurityEventKind.FnpWrong);
    }

    [Fact]
    public async Task ResetPassword_CardAndFnp_EndsSessionsAndIsNoSignIn()
    {
        var customer = await Bank.EnterAsync();
        var accounts = customer.App.Accounts;
        await customer.App.ResetPasswordAsync(customer.Person.NationalId, NewPassword, Stop);
        await EndedSession.WithinASecondAsync(accounts);
        Assert.Equal(0, (await Bank.ContactCentre.GetStandingAsync(customer.Customer.Name, Stop)).SessionCount);
        await customer.App.SignInAsync(customer.Number, Stop);
        Assert.Equal(SecurityEventKind.PasswordReset, (await customer.App.ListSecurityEventsAsync(Stop))[2].Kind);
    }

    [Fact]
    public async Task ResetPassword_AnythingWrong_AnswersAlikeWithTheContactCentreAndSendsNothing()
    {
        var (customer, witness, locked, suspended, notEnrolled) =
            (await Bank.EnterAsync(), await Bank.EnterAsync(), await Bank.EnterAsync(), await Bank.EnterAsync(), await Bank.OpenAsync());
        for (var i = 0; i < 5; i++)
            await BeginSignInAsync(locked, "gabim gabim 12");
        await Bank.ContactCentre.SuspendPhoneAsync(suspended.Customer.Name, "i humbi telefoni", Stop);
        var from = Bank.Bank.Messages.End;
        TestCustomer[] wrong =
        [
            locked, suspended, notEnrolled,
            customer with { Customer = new Customer { Name = "customers/999999996" } },
            customer with { Person = customer.Person with { CardNumber = witness.Person.CardNumber } },
            customer with { Person = customer.Person with { CardExpiry = "01/50" } },
        ];
        foreach (var attempt in wrong)
        {
            var begun = await BeginResetAsync(attempt);
            Assert.Equal("+35542266288", begun.ContactCentrePhoneNumber);
            Assert.Equal(FnpDelivery.OnItsWay, await DeliveryAsync(begun.PasswordResetId, attempt.Person.DeviceId));
            Assert.Equal(
                new Refused(Unauthenticated, "FNP_WRONG", "fnp"),
                await Refused.ByAsync(() => CompleteResetAsync(attempt.Person.DeviceId, begun.PasswordResetId, "123456")));
        }

        await witness.App.SignInAsync(witness.Number, Stop);
        var messages = await Sink.ReadUntilAsync(Bank, from, message => IsFnpFor(message, witness));
        Assert.DoesNotContain(messages, message => wrong.Any(attempt => IsFnpFor(message, attempt)));
    }

    [Fact]
    public async Task ReportFnp_ByItsReference_EndsItAndTheSessionsAndForcesANewPassword()
    {
        var customer = await Bank.EnterAsync();
        var accounts = customer.App.Accounts;
        var begun = await BeginSignInAsync(customer, customer.Person.Password);
        var sms = await customer.App.Phone.NextSmsAsync(Stop);
        await Door.ReportFnpAsync(new ReportFnpRequest { Reference = "ZZZZZZZZ" }, cancellationToken: Stop);
        Assert.Single(await customer.App.ListAccountsAsync(Stop));
        // As it is typed.
        await Door.ReportFnpAsync(new ReportFnpRequest { Reference = ReferenceIn(sms).ToLowerInvariant() }, cancellationToken: Stop);

        Assert.Equal(
            new Refused(Unauthenticated, "FNP_EXPIRED", "fnp"),
            await Refused.ByAsync(() => CompleteSignInAsync(customer, begun.SignInId, Phone.FnpIn(sms)!)));
        // Whoever used an earlier one may be signed in by now.
        await EndedSession.WithinASecondAsync(accounts);
        Assert.True((await Bank.ContactCentre.GetStandingAsync(customer.Customer.Name, Stop)).PasswordChangeRequired);
        Assert.Equal(
            1,
            await Bank.ReadAsync<long>(
                "select count(*) from bank.support_case where customer_number = $1",
                int.Parse(customer.Number, CultureInfo.InvariantCulture)));

        // The next session can do nothing but change the password, or end.
        await customer.App.SignInAsync(customer.Number, Stop);
        var required = new Refused(FailedPrecondition, "PASSWORD_CHANGE_REQUIRED");
        Assert.Equal(required, await Refused.ByAsync(() => customer.App.ListAccountsAsync(Stop)));
        Assert.Equal(required, await Refused.ByAsync(() => customer.App.ListSessionsAsync(Stop)));
        Assert.Equal(required, await Refused.ByAsync(() => customer.App.ListSecurityEventsAsync(Stop)));
        Assert.Equal(required, await Refused.ByAsync(() => customer.App.PayAsync(customer.Payment(customer, 1_00), Stop)));
        Assert.Equal(required, await Refused.ByAsync(() => customer.App.ListNotificationsAsync(Stop)));
        Assert.Equal(required, await Refused.ByAsync(() => customer.App.Watch(0, Stop).ResponseStream.MoveNext(Stop)));
        await customer.App.RefreshAsync(Stop);
        Assert.Equal(required, await Refused.ByAsync(() => customer.App.ListAccountsAsync(Stop)));

        await customer.App.ChangePasswordAsync(NewPassword, Stop);
        Assert.Single(await customer.App.ListAccountsAsync(Stop));
    }

    private static string ReferenceIn(Message sms) => sms.Text!.Split("ref ")[1][..8];

    private static bool IsFnpFor(Message message, TestCustomer customer) =>
        message.IsSms && message.To == customer.Person.PhoneNumber && Phone.FnpIn(message) is not null;

    private async Task<BeginSignInResponse> BeginSignInAsync(TestCustomer customer, string password) => await Door.BeginSignInAsync(
        new BeginSignInRequest
        {
            Identifier = customer.Number,
            Password = password,
            Device = Devices.Of(customer.Person),
            RequestId = Guid.NewGuid().ToString(),
        },
        cancellationToken: Stop);

    private async Task<BeginPasswordResetResponse> BeginResetAsync(TestCustomer customer) => await Door.BeginPasswordResetAsync(
        new BeginPasswordResetRequest
        {
            Identifier = customer.Number,
            CardNumber = customer.Person.CardNumber,
            CardExpiry = customer.Person.CardExpiry,
            Device = Devices.Of(customer.Person),
            RequestId = Guid.NewGuid().ToString(),
        },
        cancellationToken: Stop);

    private async Task ResendAsync(string id, Guid device) =>
        await Door.ResendFnpAsync(new ResendFnpRequest { AttemptId = id, DeviceId = device.ToString() }, cancellationToken: Stop);

    private async Task<FnpDelivery> DeliveryAsync(string id, Guid device) => (await Door.GetFnpDeliveryAsync(
        new GetFnpDeliveryRequest { AttemptId = id, DeviceId = device.ToString() }, cancellationToken: Stop)).Delivery;

    private Task CompleteSignInAsync(TestCustomer customer, string id, string fnp) =>
        CompleteSignInAsync(customer.Person.DeviceId, id, fnp);

    private async Task CompleteSignInAsync(Guid device, string id, string fnp) => await Door.CompleteSignInAsync(
        new CompleteSignInRequest { SignInId = id, DeviceId = device.ToString(), Fnp = fnp }, cancellationToken: Stop);

    private async Task CompleteResetAsync(Guid device, string id, string fnp) => await Door.CompletePasswordResetAsync(
        new CompletePasswordResetRequest { PasswordResetId = id, DeviceId = device.ToString(), Fnp = fnp, Password = NewPassword },
        cancellationToken: Stop);

    private async Task CompleteEnrolmentAsync(Guid device, string id, string fnp) => await Bank.Client.Enrolment.CompleteEnrolmentAsync(
        new CompleteEnrolmentRequest { EnrolmentId = id, DeviceId = device.ToString(), Fnp = fnp, Password = NewPassword },
        cancellationToken: Stop);
}
