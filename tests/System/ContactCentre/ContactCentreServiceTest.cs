using System.Globalization;
using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using static Grpc.Core.StatusCode;

namespace BktSmart.ContactCentre;

/// <summary>R7, R8, R10: what the contact centre does for a caller, and the branch for a new number.</summary>
public sealed class ContactCentreServiceTest(SharedBank shared)
{
    private static readonly Refused NotIdentified = new(FailedPrecondition, "CALLER_NOT_IDENTIFIED");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    private ContactCentreDesk Agent => Bank.ContactCentre;

    private AuthenticationService.AuthenticationServiceClient Door => new(Bank.Client.As(null));

    [Fact]
    public async Task UnlockSignIn_AfterIdentifyingTheCaller_LetsTheCustomerInAgain()
    {
        var customer = await Bank.EnterAsync();
        var name = customer.Customer.Name;
        Assert.Equal(NotIdentified, await Refused.ByAsync(() => Agent.UnlockAsync(name, "thirri", Stop)));
        await LockAsync(customer);
        var locked = await Agent.GetStandingAsync(name, Stop);
        Assert.True(
            locked is
            {
                Enrolled: true, LockTime: not null, Failures: 5,
                SessionCount: 0, PasswordChangeRequired: false, PhoneSuspendTime: null,
            },
            locked.ToString());
        Assert.Equal(NotIdentified, await Refused.ByAsync(() => Agent.UnlockAsync(name, "thirri", Stop)));

        // Right answers of somebody else do not help, nor to another agent.
        var stranger = customer.Person with { CardNumber = TestBank.NewPerson().CardNumber };
        Assert.Equal(
            new Refused(FailedPrecondition, "CALLER_NOT_RECOGNISED"),
            await Refused.ByAsync(() => Agent.IdentifyAsync(name, stranger, Stop)));
        Assert.Equal(NotIdentified, await Refused.ByAsync(() => Agent.UnlockAsync(name, "thirri", Stop)));
        await Agent.IdentifyAsync(name, customer.Person, Stop);
        var colleague = Bank.Client.ContactCentre(Bank.Bank.Staff.Issue("colleague", ["contact-centre"]));
        Assert.Equal(NotIdentified, await Refused.ByAsync(() => colleague.UnlockAsync(name, "thirri", Stop)));

        var unlocked = await Agent.UnlockAsync(name, "  klienti  thirri ", Stop);
        Assert.True(unlocked is { LockTime: null, Failures: 0 }, unlocked.ToString());
        Assert.Equal(
            new Refused(FailedPrecondition, "SIGN_IN_NOT_LOCKED"), await Refused.ByAsync(() => Agent.UnlockAsync(name, "thirri", Stop)));
        await customer.App.SignInAsync(customer.Number, Stop);

        Assert.Equal(["agent unlock-sign-in {\"why\": \"klienti thirri\"}"], await AuditAsync(customer));
        Assert.Equal(
            "agent false, agent true",
            await Bank.ReadAsync<string>(
                """
                select string_agg(staff || ' ' || recognised, ', ' order by identification_id)
                  from bank.caller_identification
                 where customer_number = $1
                """,
                int.Parse(customer.Number, CultureInfo.InvariantCulture)));
    }

    /// <summary>R11: staff see that the risk is raised, and end it.</summary>
    [Fact]
    public async Task EndRaisedRisk_AfterAReportedFnp_IsForAnIdentifiedCallerAndOnRecord()
    {
        var customer = await Bank.EnterAsync();
        var name = customer.Customer.Name;
        await Door.BeginSignInAsync(SignIn(customer), cancellationToken: Stop);
        var sms = await customer.App.Phone.NextSmsAsync(Stop);
        await Door.ReportFnpAsync(new ReportFnpRequest { Reference = sms.Text!.Split("ref ")[1][..8] }, cancellationToken: Stop);
        var end = (await Agent.GetStandingAsync(name, Stop)).RaisedRiskEndDate;
        var days = new DateOnly(end.Year, end.Month, end.Day).DayNumber - DateOnly.FromDateTime(DateTime.UtcNow).DayNumber;
        Assert.InRange(days, 7, 9);

        Assert.Equal(NotIdentified, await Refused.ByAsync(() => Agent.EndRaisedRiskAsync(name, "gabim", Stop)));
        await Agent.IdentifyAsync(name, customer.Person, Stop);
        Assert.Null((await Agent.EndRaisedRiskAsync(name, "gabim i klientit", Stop)).RaisedRiskEndDate);
        Assert.Equal(
            new Refused(FailedPrecondition, "RISK_NOT_RAISED"),
            await Refused.ByAsync(() => Agent.EndRaisedRiskAsync(name, "gabim", Stop)));
        Assert.Equal(["agent end-raised-risk {\"why\": \"gabim i klientit\"}"], await AuditAsync(customer));
        Assert.Equal(
            SecurityEventKind.RaisedRiskEnded, (await Agent.ListSecurityEventsAsync(name, Stop))[0].Kind);
    }

    [Fact]
    public async Task SuspendCustomerPhone_AndResumed_EndsSessionsAndStopsFnpsMeanwhile()
    {
        var customer = await Bank.EnterAsync();
        var name = customer.Customer.Name;
        var suspended = await Agent.SuspendPhoneAsync(name, "i humbi telefoni", Stop);
        Assert.True(suspended is { PhoneSuspendTime: not null, SessionCount: 0, LockTime: null }, suspended.ToString());
        await EndedSession.WithinASecondAsync(customer.App.Accounts);
        var from = Bank.Bank.Messages.End;
        await Door.BeginSignInAsync(SignIn(customer), cancellationToken: Stop);

        Assert.Equal(NotIdentified, await Refused.ByAsync(() => Agent.ResumePhoneAsync(name, "u gjet", Stop)));
        await Agent.IdentifyAsync(name, customer.Person, Stop);
        Assert.Null((await Agent.ResumePhoneAsync(name, "u gjet", Stop)).PhoneSuspendTime);
        Assert.Equal(
            new Refused(FailedPrecondition, "PHONE_NOT_SUSPENDED"),
            await Refused.ByAsync(() => Agent.ResumePhoneAsync(name, "u gjet", Stop)));
        await customer.App.SignInAsync(customer.Number, Stop);
        var messages = await Sink.ReadUntilAsync(Bank, from, message => IsFnpFor(message, customer.Person.PhoneNumber));
        Assert.Equal(1, messages.Count(message => IsFnpFor(message, customer.Person.PhoneNumber)));

        Assert.Equal(
            ["agent suspend-phone {\"why\": \"i humbi telefoni\"}", "agent resume-phone {\"why\": \"u gjet\"}"],
            await AuditAsync(customer));
        Assert.Equal(
            [
                SecurityEventKind.SignedIn, SecurityEventKind.SignInBegun, SecurityEventKind.PhoneResumed,
                SecurityEventKind.SignInBegun, SecurityEventKind.PhoneSuspended,
                SecurityEventKind.SignedInOnNewDevice, SecurityEventKind.SignInBegun,
                SecurityEventKind.Enrolled, SecurityEventKind.NewPasswordBegun,
            ],
            (await Agent.ListSecurityEventsAsync(name, Stop)).Select(happened => happened.Kind));
    }

    /// <summary>Who stole the bag has the card, the identity card with the NID, and the phone.</summary>
    [Fact]
    public async Task BlockCustomerCards_LostWithThePhone_TheyProveNothingAnyMoreAndTheNextCardDoes()
    {
        var (customer, witness) = (await Bank.EnterAsync(), await Bank.EnterAsync());
        var name = customer.Customer.Name;
        var reset = new BeginPasswordResetRequest
        {
            Identifier = customer.Person.NationalId,
            CardNumber = customer.Person.CardNumber,
            CardExpiry = customer.Person.CardExpiry,
            Device = Devices.Of(customer.Person),
            RequestId = Guid.NewGuid().ToString(),
        };
        var begun = await Door.BeginPasswordResetAsync(reset, cancellationToken: Stop);
        var complete = new CompletePasswordResetRequest
        {
            PasswordResetId = begun.PasswordResetId,
            DeviceId = reset.Device.DeviceId,
            Fnp = Phone.FnpIn(await customer.App.Phone.NextSmsAsync(Stop))!,
            Password = "ujku dhe delja 77",
        };
        await Agent.BlockCardsAsync(name, "i humbi çanta", Stop);

        Assert.Equal(
            new Refused(Unauthenticated, "FNP_EXPIRED", "fnp"),
            await Refused.ByAsync(() => Door.CompletePasswordResetAsync(complete, cancellationToken: Stop).ResponseAsync));
        var from = Bank.Bank.Messages.End;
        await Door.BeginPasswordResetAsync(reset, cancellationToken: Stop);
        await witness.App.SignInAsync(witness.Number, Stop);
        var messages = await Sink.ReadUntilAsync(Bank, from, message => IsFnpFor(message, witness.Person.PhoneNumber));
        Assert.DoesNotContain(messages, message => IsFnpFor(message, customer.Person.PhoneNumber));
        Assert.Equal(
            new Refused(FailedPrecondition, "CALLER_NOT_RECOGNISED"),
            await Refused.ByAsync(() => Agent.IdentifyAsync(name, customer.Person, Stop)));
        // A password that is known has nothing to do with cards.
        await customer.App.SignInAsync(customer.Number, Stop);

        Assert.Equal(["CARD_MISSING"], (await Bank.Desk.GetCustomerAsync(name, Stop)).EnrolmentObstacles);
        Assert.Equal(
            new Refused(FailedPrecondition, "CARD_BLOCKED", "card_number"),
            await Refused.ByAsync(() => Bank.Desk.IssueCardAsync(name, customer.Person, Stop)));
        var renewed = customer.Person with { CardNumber = TestBank.NewPerson().CardNumber };
        await Bank.Desk.IssueCardAsync(name, renewed, Stop);
        await Agent.IdentifyAsync(name, renewed, Stop);
        Assert.Empty((await Bank.Desk.GetCustomerAsync(name, Stop)).EnrolmentObstacles);
        Assert.Equal(["agent block-cards {\"why\": \"i humbi çanta\"}"], await AuditAsync(customer));
        Assert.Contains(
            SecurityEventKind.CardsBlocked, (await customer.App.ListSecurityEventsAsync(Stop)).Select(happened => happened.Kind));
    }

    /// <summary>Neither callers nor staff, who can know the NID, find out the digits of a card.</summary>
    [Fact]
    public async Task IdentifyCaller_AfterFiveWrongAnswersToAnybody_NoneIsRight()
    {
        var customer = await Bank.EnterAsync();
        var name = customer.Customer.Name;
        var another = Bank.Client.ContactCentre(Bank.Bank.Staff.Issue("another-agent", ["contact-centre"]));
        var stranger = customer.Person with { NationalId = TestBank.NewPerson().NationalId };
        for (var i = 0; i < 5; i++)
        {
            var agent = i % 2 == 0 ? Agent : another;
            Assert.Equal(
                new Refused(FailedPrecondition, "CALLER_NOT_RECOGNISED"),
                await Refused.ByAsync(() => agent.IdentifyAsync(name, stranger, Stop)));
        }

        var exhausted = new Refused(ResourceExhausted, "CALLER_TRIES_EXHAUSTED");
        Assert.Equal(exhausted, await Refused.ByAsync(() => Agent.IdentifyAsync(name, customer.Person, Stop)));
        Assert.Equal(exhausted, await Refused.ByAsync(() => another.IdentifyAsync(name, customer.Person, Stop)));
        await Agent.SuspendPhoneAsync(name, "i humbi telefoni", Stop);
        Assert.Equal(NotIdentified, await Refused.ByAsync(() => Agent.ResumePhoneAsync(name, "u gjet", Stop)));
    }

    [Fact]
    public async Task ListCustomerSecurityEvents_PageByPage_GivesWhatTheCustomerSees()
    {
        var customer = await Bank.EnterAsync();
        var request = new ListCustomerSecurityEventsRequest { Customer = customer.Customer.Name, PageSize = 2 };
        var first = await Agent.Service.ListCustomerSecurityEventsAsync(request, cancellationToken: Stop);
        request.PageToken = first.NextPageToken;
        var second = await Agent.Service.ListCustomerSecurityEventsAsync(request, cancellationToken: Stop);
        Assert.Equal("", second.NextPageToken);
        Assert.Equal(await customer.App.ListSecurityEventsAsync(Stop), first.Events.Concat(second.Events));

        // A page of one customer does not go on in another's list.
        request.Customer = (await Bank.OpenAsync()).Customer.Name;
        request.PageToken = first.NextPageToken;
        Assert.Equal(
            new Refused(InvalidArgument, "PAGE_TOKEN_MALFORMED", "page_token"),
            await Refused.ByAsync(() => Agent.Service.ListCustomerSecurityEventsAsync(request, cancellationToken: Stop).ResponseAsync));
    }

    [Fact]
    public async Task ListFnpMessages_AfterEnrolmentAndSignIn_ShowsTheirWayAndTheReferenceOfTheSms()
    {
        var customer = await Bank.OpenAsync();
        var enrolment = await customer.App.EnrolAsync(customer.Number, Stop);
        var signIn = await customer.App.SignInAsync(customer.Number, Stop);
        // What the provider says comes after the SMS.
        await Eventually.EqualAsync(
            "Delivered Delivered",
            async () => string.Join(' ', (await Agent.ListFnpMessagesAsync(customer.Customer.Name, Stop)).Select(message => message.State)),
            "the states of the SMS");
        var messages = await Agent.ListFnpMessagesAsync(customer.Customer.Name, Stop);
        Assert.Equal([FnpPurpose.SignIn, FnpPurpose.Enrolment], messages.Select(message => message.Purpose));
        Assert.Contains($"ref {messages[0].Reference}.", signIn.Text, StringComparison.Ordinal);
        Assert.Contains($"ref {messages[1].Reference}.", enrolment.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PauseCustomerStandingOrder_ForACaller_StopsItUntilTheCustomerResumesIt()
    {
        var (customer, other) = (await Bank.EnterAsync(), await Bank.EnterAsync());
        var name = customer.Customer.Name;
        var request = customer.StandingOrder(other);
        request.Confirmation = await customer.ConfirmAsync(new() { StandingOrder = request });
        var order = (await customer.App.StandingOrders.CreateStandingOrderAsync(request, cancellationToken: Stop)).StandingOrder;

        Assert.Equal([order], await Agent.ListStandingOrdersAsync(name, Stop));
        Assert.Empty(await Agent.ListStandingOrdersAsync(other.Customer.Name, Stop));
        var scheduled = new ListScheduledPaymentsRequest { Account = customer.Account.Name };
        Assert.Equal(
            (await customer.App.StandingOrders.ListScheduledPaymentsAsync(scheduled, cancellationToken: Stop)).Payments,
            (await Agent.Service.ListCustomerScheduledPaymentsAsync(
                new() { Customer = name, Account = customer.Account.Name }, cancellationToken: Stop)).Payments);
        Assert.Empty((await Agent.Service.ListCustomerStandingOrderPaymentsAsync(
            new() { Customer = name, Parent = order.Name }, cancellationToken: Stop)).Payments);

        var paused = await Agent.PauseStandingOrderAsync(name, order.Name, "  klienti  thirri ", Stop);
        Assert.Equal(
            (StandingOrderState.Paused, StandingOrderPauseCause.Staff, null), (paused.State, paused.PauseCause, paused.NextDueDate));
        Assert.Equal(paused, await Agent.PauseStandingOrderAsync(name, order.Name, "sërish", Stop));
        Assert.Equal(
            [
                "agent pause-standing-order {\"why\": \"klienti thirri\", "
                    + $"\"standingOrder\": \"{request.StandingOrderId}\"}}",
            ],
            await AuditAsync(customer));
        Assert.Equal(SecurityEventKind.StandingOrderPaused, (await customer.App.ListSecurityEventsAsync(Stop))[0].Kind);
        await Eventually.EqualAsync(
            1,
            async () => (await customer.App.ListNotificationsAsync(Stop)).Notifications.Count(
                told => told.Category == NotificationCategory.StandingOrder),
            "news of the pause");

        var resume = new ResumeStandingOrderRequest { Name = order.Name };
        resume.Confirmation = await customer.ConfirmAsync(new() { StandingOrderResumption = resume });
        Assert.Equal(order, (await customer.App.StandingOrders.ResumeStandingOrderAsync(resume, cancellationToken: Stop)).StandingOrder);
    }

    [Fact]
    public async Task AnyCallAboutStandingOrders_OfNobodyOrOfAnotherCustomer_IsRefusedForItsReason()
    {
        var (customer, other) = (await Bank.EnterAsync(), await Bank.EnterAsync());
        var request = other.StandingOrder(customer);
        request.Confirmation = await other.ConfirmAsync(new() { StandingOrder = request });
        var order = (await other.App.StandingOrders.CreateStandingOrderAsync(request, cancellationToken: Stop)).StandingOrder.Name;
        const string Nobody = "customers/999999999";
        var name = customer.Customer.Name;
        (Func<Task> Call, Refused Refused)[] cases =
        [
            (() => Agent.ListStandingOrdersAsync(Nobody, Stop), new(NotFound, "CUSTOMER_NOT_FOUND", "customer")),
            (() => ListPaymentsAsync(Nobody, order), new(NotFound, "CUSTOMER_NOT_FOUND", "customer")),
            (() => ListPaymentsAsync(name, order), new(NotFound, "STANDING_ORDER_NOT_FOUND", "parent")),
            (() => ListPaymentsAsync(name, "standingOrders/1"), new(InvalidArgument, "RESOURCE_NAME_MALFORMED", "parent")),
            (() => ListScheduledAsync(Nobody, other.Account.Name), new(NotFound, "CUSTOMER_NOT_FOUND", "customer")),
            (() => ListScheduledAsync(name, other.Account.Name), new(NotFound, "ACCOUNT_NOT_FOUND", "account")),
            (() => Agent.PauseStandingOrderAsync(Nobody, order, "thirri", Stop), new(NotFound, "CUSTOMER_NOT_FOUND", "customer")),
            (() => Agent.PauseStandingOrderAsync(name, order, "thirri", Stop), new(NotFound, "STANDING_ORDER_NOT_FOUND", "name")),
            (() => Agent.PauseStandingOrderAsync(name, "", "thirri", Stop), new(InvalidArgument, "FIELD_MISSING", "name")),
            (() => Agent.PauseStandingOrderAsync(name, order, " ", Stop), new(InvalidArgument, "FIELD_MISSING", "note")),
        ];
        foreach (var (call, refused) in cases)
            Assert.Equal(refused, await Refused.ByAsync(call));
        Assert.Equal(StandingOrderState.Active, Assert.Single(await Agent.ListStandingOrdersAsync(other.Customer.Name, Stop)).State);

        Task ListPaymentsAsync(string of, string parent) => Agent.Service.ListCustomerStandingOrderPaymentsAsync(
            new() { Customer = of, Parent = parent }, cancellationToken: Stop).ResponseAsync;

        Task ListScheduledAsync(string of, string account) => Agent.Service.ListCustomerScheduledPaymentsAsync(
            new() { Customer = of, Account = account }, cancellationToken: Stop).ResponseAsync;
    }

    /// <summary>The number of the lost phone gets nothing any more, and the new one nothing for a day.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChangePhoneNumber_InTheBranch_GoesToTheNewNumberOnceTheBlockIsOverOrWaived(bool waived)
    {
        var (customer, witness) = (await Bank.EnterAsync(), await Bank.EnterAsync());
        var moved = customer.Person with { PhoneNumber = TestBank.NewPerson().PhoneNumber };
        await Agent.SuspendPhoneAsync(customer.Customer.Name, "i humbi telefoni", Stop);
        var from = Bank.Bank.Messages.End;
        var changed = await Bank.Desk.ChangePhoneNumberAsync(customer.Customer.Name, moved.PhoneNumber, "numër i ri", waived, Stop);
        Assert.Equal(moved.PhoneNumber, changed.PhoneNumber);
        await EndedSession.WithinASecondAsync(customer.App.Accounts);
        var standing = await Agent.GetStandingAsync(customer.Customer.Name, Stop);
        Assert.Null(standing.PhoneSuspendTime);
        Assert.Equal(waived, standing.FnpBlockEndTime is null);
        // Again, it changes nothing, and says the same.
        var again = await Bank.Desk.Service.ChangePhoneNumberAsync(
            new ChangePhoneNumberRequest { Customer = customer.Customer.Name, PhoneNumber = moved.PhoneNumber, Note = "sërish" },
            cancellationToken: Stop);
        Assert.Equal((changed, standing.FnpBlockEndTime), (again.Customer, again.FnpBlockEndTime));
        Assert.Equal(
            [
                "agent suspend-phone {\"why\": \"i humbi telefoni\"}",
                $"teller change-phone {{\"to\": \"{Masked(moved)}\", \"why\": \"numër i ri\", "
                    + $"\"from\": \"{Masked(customer.Person)}\", \"waiveBlock\": {(waived ? "true" : "false")}}}",
            ],
            await AuditAsync(customer));

        if (waived)
            await Bank.Client.App(moved, Bank.PhoneOf(moved)).SignInAsync(customer.Number, Stop);
        else
            await Door.BeginSignInAsync(SignIn(customer), cancellationToken: Stop);
        await witness.App.SignInAsync(witness.Number, Stop);
        var messages = await Sink.ReadUntilAsync(Bank, from, message => IsFnpFor(message, witness.Person.PhoneNumber));
        Assert.Equal(waived ? 1 : 0, messages.Count(message => IsFnpFor(message, moved.PhoneNumber)));
        Assert.DoesNotContain(messages, message => IsFnpFor(message, customer.Person.PhoneNumber));
    }

    [Fact]
    public async Task ChangePhoneNumber_OfAnotherCustomer_IsRefusedAndChangesNothing()
    {
        var (customer, other) = (await Bank.EnterAsync(), await Bank.OpenAsync());
        Assert.Equal(
            new Refused(AlreadyExists, "PHONE_NUMBER_TAKEN", "phone_number"),
            await Refused.ByAsync(
                () => Bank.Desk.ChangePhoneNumberAsync(customer.Customer.Name, other.Person.PhoneNumber, "numër i ri", true, Stop)));
        Assert.Single(await customer.App.ListAccountsAsync(Stop));
        Assert.Empty(await AuditAsync(customer));
        Assert.Equal(customer.Person.PhoneNumber, (await Bank.Desk.GetCustomerAsync(customer.Customer.Name, Stop)).PhoneNumber);
    }

    /// <summary>Nobody but the contact centre, and that nowhere else.</summary>
    [Theory]
    [InlineData("nobody", Unauthenticated, "TOKEN_MISSING")]
    [InlineData("the customer", Unauthenticated, "TOKEN_INVALID")]
    [InlineData("branch", PermissionDenied, "ROLE_MISSING")]
    [InlineData("operations", PermissionDenied, "ROLE_MISSING")]
    [InlineData("", PermissionDenied, "ROLE_MISSING")]
    public async Task AnyCall_WithoutTheRole_IsRefusedAndLeavesNoTrace(string role, Grpc.Core.StatusCode code, string reason)
    {
        var customer = await Bank.EnterAsync();
        var token = role switch
        {
            "nobody" => null,
            "the customer" => customer.App.Session!.AccessToken,
            _ => Bank.Bank.Staff.Issue("guard", role == "" ? [] : [role]),
        };
        var desk = new ContactCentreDesk(new ContactCentreService.ContactCentreServiceClient(Bank.Client.AsStaff(token)));
        var name = customer.Customer.Name;
        Func<Task>[] calls =
        [
            () => desk.IdentifyAsync(name, customer.Person, Stop),
            () => desk.GetStandingAsync(name, Stop),
            () => desk.UnlockAsync(name, "thirri", Stop),
            () => desk.EndRaisedRiskAsync(name, "thirri", Stop),
            () => desk.SuspendPhoneAsync(name, "thirri", Stop),
            () => desk.ResumePhoneAsync(name, "thirri", Stop),
            () => desk.BlockCardsAsync(name, "thirri", Stop),
            () => desk.ListSecurityEventsAsync(name, Stop),
            () => desk.ListFnpMessagesAsync(name, Stop),
            () => desk.ListStandingOrdersAsync(name, Stop),
            () => desk.Service.ListCustomerStandingOrderPaymentsAsync(new() { Customer = name }, cancellationToken: Stop).ResponseAsync,
            () => desk.Service.ListCustomerScheduledPaymentsAsync(new() { Customer = name }, cancellationToken: Stop).ResponseAsync,
            () => desk.PauseStandingOrderAsync(name, $"standingOrders/{Guid.NewGuid()}", "thirri", Stop),
        ];
        foreach (var call in calls)
            Assert.Equal(new Refused(code, reason), await Refused.ByAsync(call));
        Assert.Empty(await AuditAsync(customer));
        Assert.Equal(
            0,
            await Bank.ReadAsync<long>(
                "select count(*) from bank.caller_identification where customer_number = $1",
                int.Parse(customer.Number, CultureInfo.InvariantCulture)));
        Assert.Single(await customer.App.ListAccountsAsync(Stop));
    }

    [Fact]
    public async Task ChangePhoneNumber_ByTheContactCentre_IsRefused()
    {
        var customer = await Bank.OpenAsync();
        var desk = Bank.Client.Desk(Bank.Bank.Staff.Issue("agent", ["contact-centre"]));
        Assert.Equal(
            new Refused(PermissionDenied, "ROLE_MISSING"),
            await Refused.ByAsync(
                () => desk.ChangePhoneNumberAsync(customer.Customer.Name, TestBank.NewPerson().PhoneNumber, "thirri", true, Stop)));
    }

    private static bool IsFnpFor(Message message, string number) =>
        message.IsSms && message.To == number && Phone.FnpIn(message) is not null;

    private static BeginSignInRequest SignIn(TestCustomer customer, string? password = null) =>
        new()
        {
            Identifier = customer.Number,
            Password = password ?? customer.Person.Password,
            Device = Devices.Of(customer.Person),
            RequestId = Guid.NewGuid().ToString(),
        };

    private async Task LockAsync(TestCustomer customer)
    {
        for (var i = 0; i < 5; i++)
            await Door.BeginSignInAsync(SignIn(customer, "gabim gabim 12"), cancellationToken: Stop);
    }

    /// <summary>What staff did about the customer's sign-in.</summary>
    private Task<string[]> AuditAsync(TestCustomer customer) => Bank.ReadAsync<string[]>(
        """
        select coalesce(array_agg(staff || ' ' || action || ' ' || detail::text order by audit_id), '{}')
          from bank.audit
         where customer_number = $1
           and action not in ('create-customer', 'record-agreement', 'issue-card', 'open-account', 'deposit')
        """,
        int.Parse(customer.Number, CultureInfo.InvariantCulture));

    private static string Masked(Person person) => $"{person.PhoneNumber[..4]}…{person.PhoneNumber[^2..]}";
}
