using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using static Grpc.Core.StatusCode;

namespace BktSmart.Authentication;

/// <summary>Enrolment, sign-in and sessions. What time does to them is tested with a fake clock.</summary>
public sealed class SignInTest(SharedBank shared)
{
    private static readonly Refused Wrong = new(Unauthenticated, "FNP_WRONG", "fnp");
    private static readonly Refused Exhausted = new(Unauthenticated, "FNP_TRIES_EXHAUSTED", "fnp");
    private static readonly Refused Expired = new(Unauthenticated, "FNP_EXPIRED", "fnp");
    private static readonly Refused Ended = new(Unauthenticated, "SESSION_ENDED");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    private AuthenticationService.AuthenticationServiceClient Door => new(Bank.Client.As(null));

    [Fact]
    public async Task CompleteSignIn_ThreeWrongFnps_ExhaustsTheRightOne()
    {
        var customer = await Bank.EnterAsync();
        var (id, fnp) = await BeginSignInAsync(customer);
        var other = Other(fnp);
        Assert.Equal(Wrong, await Refused.ByAsync(() => CompleteSignInAsync(customer, id, other)));
        Assert.Equal(Wrong, await Refused.ByAsync(() => CompleteSignInAsync(customer, id, other)));
        Assert.Equal(Exhausted, await Refused.ByAsync(() => CompleteSignInAsync(customer, id, other)));
        Assert.Equal(Exhausted, await Refused.ByAsync(() => CompleteSignInAsync(customer, id, fnp)));
    }

    [Fact]
    public async Task CompleteSignIn_TwoWrongFnps_LeaveOneTry()
    {
        var customer = await Bank.EnterAsync();
        var (id, fnp) = await BeginSignInAsync(customer);
        for (var i = 0; i < 2; i++)
            Assert.Equal(Wrong, await Refused.ByAsync(() => CompleteSignInAsync(customer, id, Other(fnp))));
        Assert.NotEqual("", (await CompleteSignInAsync(customer, id, fnp)).AccessToken);
    }

    [Fact]
    public async Task CompleteSignIn_ManyGuessesAtOnce_HaveThreeTriesTogether()
    {
        var customer = await Bank.EnterAsync();
        var (id, fnp) = await BeginSignInAsync(customer);
        var refusals = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => Refused.ByAsync(() => CompleteSignInAsync(customer, id, Other(fnp)))));
        Assert.Equal(2, refusals.Count(refused => refused == Wrong));
        Assert.Equal(10, refusals.Count(refused => refused == Exhausted));
    }

    [Fact]
    public async Task CompleteSignIn_AgainAfterALostAnswer_GivesTheSameSessionUntilItIsRefreshed()
    {
        var customer = await Bank.EnterAsync();
        var (id, fnp) = await BeginSignInAsync(customer);
        var lost = await CompleteSignInAsync(customer, id, fnp);
        var tokens = await CompleteSignInAsync(customer, id, fnp);
        Assert.Equal(lost.RefreshToken, tokens.RefreshToken);

        await RefreshAsync(tokens.RefreshToken);
        Assert.Equal(Expired, await Refused.ByAsync(() => CompleteSignInAsync(customer, id, fnp)));
    }

    [Fact]
    public async Task CompleteSignIn_FromAnotherDevice_IsRefused()
    {
        var customer = await Bank.EnterAsync();
        var (id, fnp) = await BeginSignInAsync(customer);
        Assert.Equal(Wrong, await Refused.ByAsync(() => CompleteSignInAsync(customer, id, fnp, Guid.NewGuid())));
    }

    [Fact]
    public async Task CompleteSignIn_FnpOfEnrolment_DoesNotOpenASession()
    {
        var customer = await Bank.OpenAsync();
        var begun = await BeginEnrolmentAsync(customer);
        var fnp = await NextFnpAsync(customer);
        Assert.Equal(Wrong, await Refused.ByAsync(() => CompleteSignInAsync(customer, begun.EnrolmentId, fnp)));
        // It is still good for what it is for.
        await CompleteEnrolmentAsync(customer, begun.EnrolmentId, fnp, customer.Person.Password);
    }

    [Fact]
    public async Task CompleteEnrolment_FnpOfSignIn_DoesNotSetAPassword()
    {
        var customer = await Bank.EnterAsync();
        var (id, fnp) = await BeginSignInAsync(customer);
        Assert.Equal(Wrong, await Refused.ByAsync(() => CompleteEnrolmentAsync(customer, id, fnp, "dritare-e-mbyllur-58")));
        await customer.App.SignInAsync(customer.Number, Stop);
    }

    [Theory]
    [InlineData("kaq1", "PASSWORD_TOO_SHORT")]
    [InlineData("vetemshkronja", "PASSWORD_NEEDS_LETTERS_AND_DIGITS")]
    [InlineData("1234567890", "PASSWORD_NEEDS_LETTERS_AND_DIGITS")]
    [InlineData("Tirana2026!", "PASSWORD_TOO_COMMON")]
    public async Task CompleteEnrolment_PasswordAgainstThePolicy_DoesNotUseUpTheFnp(string password, string reason)
    {
        var customer = await Bank.OpenAsync();
        var begun = await BeginEnrolmentAsync(customer);
        var fnp = await NextFnpAsync(customer);
        // More often than there are tries.
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(
                new Refused(InvalidArgument, reason, "password"),
                await Refused.ByAsync(() => CompleteEnrolmentAsync(customer, begun.EnrolmentId, fnp, password)));
        }

        await CompleteEnrolmentAsync(customer, begun.EnrolmentId, fnp, customer.Person.Password);
        await customer.App.SignInAsync(customer.Number, Stop);
    }

    [Fact]
    public async Task BeginSignIn_UnknownWrongOrNotEnrolled_AnswersAlikeAndSendsNothing()
    {
        var enrolled = await Bank.EnterAsync();
        var notEnrolled = await Bank.OpenAsync();
        var from = Bank.Bank.Messages.End;
        BeginSignInRequest[] requests =
        [
            new() { Identifier = "999999998", Password = enrolled.Person.Password, Device = Devices.Of(enrolled.Person) },
            new()
            {
                Identifier = TestBank.NewPerson().NationalId,
                Password = enrolled.Person.Password,
                Device = Devices.Of(enrolled.Person),
            },
            new() { Identifier = enrolled.Number, Password = "gabim12345", Device = Devices.Of(enrolled.Person) },
            new() { Identifier = notEnrolled.Number, Password = notEnrolled.Person.Password, Device = Devices.Of(notEnrolled.Person) },
        ];
        foreach (var request in requests)
        {
            request.RequestId = NewId();
            var begun = await Door.BeginSignInAsync(request, cancellationToken: Stop);
            AssertChallenge(begun.SignInId, begun.ExpireTime);
            // Every guess is wrong, and the tries are counted as for a real one.
            for (var i = 0; i < 2; i++)
                Assert.Equal(Wrong, await Refused.ByAsync(() => CompleteSignInAsync(enrolled, begun.SignInId, "123456")));
            Assert.Equal(Exhausted, await Refused.ByAsync(() => CompleteSignInAsync(enrolled, begun.SignInId, "123456")));
        }

        await AssertNothingSentAsync(from, enrolled, notEnrolled);
    }

    [Fact]
    public async Task BeginEnrolment_AnythingWrong_AnswersAlikeAndSendsNothing()
    {
        var witness = await Bank.EnterAsync();
        var customer = await Bank.OpenAsync();
        var oldAgreement = await OpenWithAgreementAsync(1);
        var noAgreement = await OpenWithAgreementAsync(null);
        var from = Bank.Bank.Messages.End;

        await AssertAlikeAsync(customer with { Customer = new Customer { Name = "customers/999999998" } });
        await AssertAlikeAsync(customer with { Person = customer.Person with { CardNumber = TestBank.NewPerson().CardNumber } });
        await AssertAlikeAsync(customer with
        {
            Person = customer.Person with { CardNumber = witness.Person.CardNumber, CardExpiry = witness.Person.CardExpiry },
        });
        await AssertAlikeAsync(customer with { Person = customer.Person with { CardExpiry = "01/50" } });
        await AssertAlikeAsync(oldAgreement);
        await AssertAlikeAsync(noAgreement);
        await AssertNothingSentAsync(from, witness, customer, oldAgreement, noAgreement);

        async Task AssertAlikeAsync(TestCustomer wrong)
        {
            var begun = await BeginEnrolmentAsync(wrong);
            AssertChallenge(begun.EnrolmentId, begun.ExpireTime);
            Assert.Equal(
                Wrong, await Refused.ByAsync(() => CompleteEnrolmentAsync(wrong, begun.EnrolmentId, "123456", "dritare-e-hapur-58")));
        }
    }

    [Fact]
    public async Task Refresh_AgainAfterALostAnswer_GivesTheSameNextToken()
    {
        var app = (await Bank.EnterAsync()).App;
        var first = app.Session!.RefreshToken;
        var requestId = NewId();
        var second = await RefreshAsync(first, requestId);
        Assert.NotEqual(first, second.RefreshToken);
        var again = await RefreshAsync(first, requestId);
        Assert.Equal(second.RefreshToken, again.RefreshToken);

        var accounts = new AccountService.AccountServiceClient(Bank.Client.As(again.AccessToken));
        Assert.Single((await accounts.ListAccountsAsync(new ListAccountsRequest(), cancellationToken: Stop)).Accounts);
        Assert.NotEqual(second.RefreshToken, (await RefreshAsync(second.RefreshToken)).RefreshToken);
    }

    [Fact]
    public async Task Refresh_UsedTokenUnderAnotherId_EndsTheSession()
    {
        var app = (await Bank.EnterAsync()).App;
        var first = app.Session!.RefreshToken;
        var second = (await RefreshAsync(first)).RefreshToken;

        Assert.Equal(Ended, await Refused.ByAsync(() => RefreshAsync(first)));
        Assert.Equal(Ended, await Refused.ByAsync(() => RefreshAsync(second)));
    }

    [Fact]
    public async Task EndSession_RefreshAfterwards_IsRefused()
    {
        var app = (await Bank.EnterAsync()).App;
        await app.Authentication.EndSessionAsync(new EndSessionRequest(), cancellationToken: Stop);
        Assert.Equal(Ended, await Refused.ByAsync(() => RefreshAsync(app.Session!.RefreshToken)));
    }

    [Fact]
    public async Task Enrol_ASecondTime_EndsTheSessionsOfBefore()
    {
        var customer = await Bank.EnterAsync();
        var before = customer.App.Session!.RefreshToken;
        var begun = await BeginEnrolmentAsync(customer);
        var fnp = await NextFnpAsync(customer);
        Assert.Equal(
            new Refused(InvalidArgument, "PASSWORD_USED_BEFORE", "password"),
            await Refused.ByAsync(() => CompleteEnrolmentAsync(customer, begun.EnrolmentId, fnp, customer.Person.Password)));
        await CompleteEnrolmentAsync(customer, begun.EnrolmentId, fnp, "ujku dhe delja 77");
        Assert.Equal(Ended, await Refused.ByAsync(() => RefreshAsync(before)));

        var request = new BeginSignInRequest
        {
            Identifier = customer.Person.NationalId,
            Password = "ujku dhe delja 77",
            Device = Devices.Of(customer.Person),
            RequestId = NewId(),
        };
        var signIn = await Door.BeginSignInAsync(request, cancellationToken: Stop);
        Assert.NotEqual("", (await CompleteSignInAsync(customer, signIn.SignInId, await NextFnpAsync(customer))).AccessToken);
    }

    private async Task<(string Id, string Fnp)> BeginSignInAsync(TestCustomer customer)
    {
        var request = new BeginSignInRequest
        {
            Identifier = customer.Number,
            Password = customer.Person.Password,
            Device = Devices.Of(customer.Person),
            RequestId = NewId(),
        };
        var begun = await Door.BeginSignInAsync(request, cancellationToken: Stop);
        AssertChallenge(begun.SignInId, begun.ExpireTime);
        return (begun.SignInId, await NextFnpAsync(customer));
    }

    private async Task<SessionTokens> CompleteSignInAsync(TestCustomer customer, string id, string fnp, Guid? device = null)
    {
        var request = new CompleteSignInRequest { SignInId = id, DeviceId = (device ?? customer.Person.DeviceId).ToString(), Fnp = fnp };
        return (await Door.CompleteSignInAsync(request, cancellationToken: Stop)).Tokens;
    }

    private async Task<BeginEnrolmentResponse> BeginEnrolmentAsync(TestCustomer customer) =>
        await Bank.Client.Enrolment.BeginEnrolmentAsync(
            new BeginEnrolmentRequest
            {
                Identifier = customer.Number,
                CardNumber = customer.Person.CardNumber,
                CardExpiry = customer.Person.CardExpiry,
                Device = Devices.Of(customer.Person),
                RequestId = NewId(),
            },
            cancellationToken: Stop);

    private async Task CompleteEnrolmentAsync(TestCustomer customer, string id, string fnp, string password)
    {
        var request = new CompleteEnrolmentRequest
        {
            EnrolmentId = id,
            DeviceId = customer.Person.DeviceId.ToString(),
            Fnp = fnp,
            Password = password,
        };
        await Bank.Client.Enrolment.CompleteEnrolmentAsync(request, cancellationToken: Stop);
    }

    private static string NewId() => Guid.NewGuid().ToString();

    private async Task<SessionTokens> RefreshAsync(string token, string? requestId = null)
    {
        var request = new RefreshSessionRequest { RefreshToken = token, RequestId = requestId ?? NewId() };
        return (await Door.RefreshSessionAsync(request, cancellationToken: Stop)).Tokens;
    }

    private async Task<TestCustomer> OpenWithAgreementAsync(int? version)
    {
        var person = TestBank.NewPerson();
        var customer = await Bank.Desk.CreateCustomerAsync(person, cancellationToken: Stop);
        if (version is { } signed)
            await Bank.Desk.RecordAgreementAsync(customer.Name, signed, Stop);
        await Bank.Desk.IssueCardAsync(customer.Name, person, Stop);
        var account = await Bank.Desk.OpenAccountAsync(customer.Name, cancellationToken: Stop);
        return new TestCustomer(person, customer, account, Bank.Client.App(person, Bank.PhoneOf(person)));
    }

    // SMS leave one after the other: when one that was caused later has come, there was none before it.
    private async Task AssertNothingSentAsync(long from, TestCustomer witness, params TestCustomer[] others)
    {
        var begun = await BeginSignInAsync(witness);
        var messages = await Sink.ReadUntilAsync(Bank, from, message => message.IsSms && Phone.FnpIn(message) == begun.Fnp);
        string[] numbers = [witness.Person.PhoneNumber, .. others.Select(other => other.Person.PhoneNumber)];
        Assert.Equal(1, messages.Count(message => message.IsSms && numbers.Contains(message.To)));
    }

    private static void AssertChallenge(string id, Google.Protobuf.WellKnownTypes.Timestamp expireTime)
    {
        Assert.True(Guid.TryParseExact(id, "D", out _), id);
        Assert.InRange(expireTime.ToDateTime(), DateTime.UtcNow.AddMinutes(2), DateTime.UtcNow.AddMinutes(4));
    }

    private static async Task<string> NextFnpAsync(TestCustomer customer) =>
        Phone.FnpIn(await customer.App.Phone.NextSmsAsync(Stop)) ?? throw new InvalidOperationException("The SMS has no FNP.");

    private static string Other(string fnp) => fnp == "123456" ? "654321" : "123456";
}
