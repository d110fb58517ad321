using BktSmart.Dev.Client;
using BktSmart.V1;
using Google.Protobuf.WellKnownTypes;
using static Grpc.Core.StatusCode;

namespace BktSmart.Security;

/// <summary>R9, R10: what customers see and decide of their own security.</summary>
public sealed class SecurityServiceTest(SharedBank shared)
{
    private const string NewPassword = "ujku dhe delja 77";

    private static readonly Refused Ended = new(Unauthenticated, "SESSION_ENDED");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    [Fact]
    public async Task ChangePassword_CurrentOneAndFnp_EndsAllSessionsAndGivesANewOne()
    {
        var customer = await Bank.EnterAsync();
        var there = await OnAnotherDeviceAsync(customer);
        var before = customer.App.Accounts;
        await customer.App.ChangePasswordAsync(NewPassword, Stop);

        // The new session works at once.
        Assert.Single(await customer.App.ListAccountsAsync(Stop));
        var session = Assert.Single(await customer.App.ListSessionsAsync(Stop));
        Assert.True(session.Current);
        Assert.Equal(Ended, await Refused.ByAsync(() => there.RefreshAsync(Stop)));
        await AssertEndedAsync(before);
        Assert.Equal(SecurityEventKind.PasswordChanged, (await customer.App.ListSecurityEventsAsync(Stop))[1].Kind);

        var from = Bank.Bank.Messages.End;
        await BeginSignInAsync(customer, customer.Person.Password);
        await customer.App.SignInAsync(customer.Number, Stop);
        // SMS leave in order: the old password brought none.
        var messages = await Sink.ReadUntilAsync(Bank, from, message => IsFnpFor(message, customer));
        Assert.Equal(1, messages.Count(message => IsFnpFor(message, customer)));
    }

    [Fact]
    public async Task ChangePassword_WrongCurrentOnes_AreRefusedCountAndLock()
    {
        var customer = await Bank.EnterAsync();
        for (var i = 1; i < 5; i++)
        {
            Assert.Equal(
                new Refused(InvalidArgument, "PASSWORD_WRONG", "current_password"),
                await Refused.ByAsync(() => BeginChangeAsync(customer, "gabim gabim 12")));
            Assert.Equal(i, (await Bank.ContactCentre.GetStandingAsync(customer.Customer.Name, Stop)).Failures);
        }

        Assert.Equal(
            new Refused(PermissionDenied, "SIGN_IN_LOCKED"), await Refused.ByAsync(() => BeginChangeAsync(customer, "gabim gabim 12")));
        await AssertEndedAsync(customer.App.Accounts);
        Assert.Equal(Ended, await Refused.ByAsync(() => customer.App.RefreshAsync(Stop)));
    }

    [Fact]
    public async Task ChangePassword_WhatThePolicyRefuses_DoesNotUseUpTheFnp()
    {
        var customer = await Bank.EnterAsync();
        var begun = await BeginChangeAsync(customer, customer.Person.Password);
        var fnp = Phone.FnpIn(await customer.App.Phone.NextSmsAsync(Stop))!;
        // More often than there are tries: the length is looked at before the FNP, the history and the customer's own data after it.
        (string Password, string Reason)[] refusals =
        [
            ("kaq1", "PASSWORD_TOO_SHORT"),
            (customer.Person.Password, "PASSWORD_USED_BEFORE"),
            ($"celesi {customer.Number}", "PASSWORD_CONTAINS_PERSONAL_DATA"),
            (customer.Person.Password, "PASSWORD_USED_BEFORE"),
        ];
        foreach (var (password, reason) in refusals)
            Assert.Equal(
                new Refused(InvalidArgument, reason, "password"),
                await Refused.ByAsync(() => CompleteChangeAsync(customer, begun, fnp, password)));
        await CompleteChangeAsync(customer, begun, fnp, NewPassword);
    }

    /// <summary>An FNP for one thing opens no other, whoever begins it.</summary>
    [Fact]
    public async Task ChangePassword_FnpOfAnotherPurposeOrCustomer_IsRefused()
    {
        var (customer, other) = (await Bank.EnterAsync(), await Bank.EnterAsync());
        var begun = await BeginChangeAsync(customer, customer.Person.Password);
        var fnp = Phone.FnpIn(await customer.App.Phone.NextSmsAsync(Stop))!;
        var reset = new CompletePasswordResetRequest
        {
            PasswordResetId = begun.PasswordChangeId,
            DeviceId = customer.Person.DeviceId.ToString(),
            Fnp = fnp,
            Password = NewPassword,
        };
        Assert.Equal(
            new Refused(Unauthenticated, "FNP_WRONG", "fnp"),
            await Refused.ByAsync(
                () => customer.App.Authentication.CompletePasswordResetAsync(reset, cancellationToken: Stop).ResponseAsync));

        var stolen = new CompletePasswordChangeRequest
        {
            PasswordChangeId = begun.PasswordChangeId,
            DeviceId = customer.Person.DeviceId.ToString(),
            Fnp = fnp,
            Password = NewPassword,
        };
        Assert.Equal(
            new Refused(Unauthenticated, "FNP_EXPIRED", "fnp"),
            await Refused.ByAsync(() => other.App.Security.CompletePasswordChangeAsync(stolen, cancellationToken: Stop).ResponseAsync));
        // Nobody's password is another one.
        await customer.App.SignInAsync(customer.Number, Stop);
        await other.App.SignInAsync(other.Number, Stop);
    }

    /// <summary>The app was closed before it could ask again.</summary>
    [Fact]
    public async Task ChangePassword_AnswerIsLostForGood_TheNewPasswordSignsIn()
    {
        var customer = await Bank.EnterAsync();
        var begun = await BeginChangeAsync(customer, customer.Person.Password);
        var fnp = Phone.FnpIn(await customer.App.Phone.NextSmsAsync(Stop))!;
        await CompleteChangeAsync(customer, begun, fnp, NewPassword);

        var app = Bank.Client.App(customer.Person with { Password = NewPassword }, Bank.PhoneOf(customer.Person));
        await app.SignInAsync(customer.Number, Stop);
        // The session whose tokens nobody has ended with the next one on the device.
        Assert.Single(await app.ListSessionsAsync(Stop));
    }

    [Fact]
    public async Task ListSessions_TwoDevices_ShowsBothAndWhichOneAsks()
    {
        var customer = await Bank.EnterAsync();
        var there = await OnAnotherDeviceAsync(customer);
        var sessions = await there.ListSessionsAsync(Stop);
        Assert.Equal(
            [
                (customer.Person.DeviceId.ToString(), DevicePlatform.Android, false),
                (there.Phone.Device.ToString(), DevicePlatform.Ios, true),
            ],
            sessions.Select(session => (session.DeviceId, session.Platform, session.Current)));
        Assert.All(sessions, session => Assert.InRange(
            session.CreateTime.ToDateTime(), DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow.AddMinutes(1)));
    }

    [Fact]
    public async Task DeleteSession_OfAnotherDevice_EndsThatOneAndNoOther()
    {
        var (customer, stranger) = (await Bank.EnterAsync(), await Bank.EnterAsync());
        var there = await OnAnotherDeviceAsync(customer);
        var name = (await there.ListSessionsAsync(Stop)).Single(session => session.Current).Name;
        await stranger.App.Security.DeleteSessionAsync(new DeleteSessionRequest { Name = name }, cancellationToken: Stop);
        await there.RefreshAsync(Stop);

        await customer.App.Security.DeleteSessionAsync(new DeleteSessionRequest { Name = name }, cancellationToken: Stop);
        Assert.Equal(Ended, await Refused.ByAsync(() => there.RefreshAsync(Stop)));
        await AssertEndedAsync(there.Accounts);
        Assert.Single(await customer.App.ListAccountsAsync(Stop));
        // One that has ended is not a mistake.
        await customer.App.Security.DeleteSessionAsync(new DeleteSessionRequest { Name = name }, cancellationToken: Stop);
    }

    [Fact]
    public async Task EndOtherSessions_ThreeDevices_LeavesTheOneThatAsks()
    {
        var customer = await Bank.EnterAsync();
        CustomerApp[] others = [await OnAnotherDeviceAsync(customer), await OnAnotherDeviceAsync(customer)];
        await customer.App.Security.EndOtherSessionsAsync(new EndOtherSessionsRequest(), cancellationToken: Stop);
        foreach (var other in others)
            await AssertEndedAsync(other.Accounts);
        Assert.True(Assert.Single(await customer.App.ListSessionsAsync(Stop)).Current);
        await customer.App.RefreshAsync(Stop);
    }

    [Fact]
    public async Task UpdateDevice_NameOfAnOwnOne_IsShownInListsAndStrangersAreNotThere()
    {
        var (customer, stranger) = (await Bank.EnterAsync(), await Bank.EnterAsync());
        var there = await OnAnotherDeviceAsync(customer);
        var devices = await customer.App.ListDevicesAsync(Stop);
        Assert.Equal([false, true], devices.Select(device => device.ReceivesNotifications));
        Assert.Equal($"devices/{there.Phone.Device}", devices[1].Name);

        var rename = new UpdateDeviceRequest
        {
            Device = new KnownDevice { Name = devices[1].Name, DisplayName = "  Telefoni i punës " },
            UpdateMask = new FieldMask { Paths = { "display_name" } },
        };
        Assert.Equal(
            new Refused(NotFound, "DEVICE_NOT_FOUND", "device.name"),
            await Refused.ByAsync(() => stranger.App.Security.UpdateDeviceAsync(rename, cancellationToken: Stop).ResponseAsync));
        var renamed = await customer.App.Security.UpdateDeviceAsync(rename, cancellationToken: Stop);
        Assert.Equal("Telefoni i punës", renamed.Device.DisplayName);
        Assert.Equal(renamed.Device, (await customer.App.ListDevicesAsync(Stop))[1]);
        Assert.Equal("Telefoni i punës", (await customer.App.ListSessionsAsync(Stop))[1].DeviceDisplayName);
    }

    /// <summary>A thief of a session must not silence the customer's phone.</summary>
    [Fact]
    public async Task UpdateDevice_PushToken_IsOnlyForTheAppOnThatDevice()
    {
        var customer = await Bank.EnterAsync();
        var here = (await customer.App.ListDevicesAsync(Stop)).Single();
        var there = await OnAnotherDeviceAsync(customer);
        var renew = new UpdateDeviceRequest
        {
            Device = new KnownDevice { Name = here.Name, PushToken = "renewed" }, UpdateMask = new FieldMask { Paths = { "push_token" } },
        };
        Assert.Equal(
            new Refused(FailedPrecondition, "DEVICE_OF_ANOTHER_SESSION", "device.name"),
            await Refused.ByAsync(() => there.Security.UpdateDeviceAsync(renew, cancellationToken: Stop).ResponseAsync));
        var renewed = await customer.App.Security.UpdateDeviceAsync(renew, cancellationToken: Stop);
        Assert.Equal((here.DisplayName, ""), (renewed.Device.DisplayName, renewed.Device.PushToken));
        Assert.Equal(
            "renewed",
            await Bank.ReadAsync<string>(
                "select d ->> 'PushToken' from bank.credentials c, jsonb_array_elements(c.state -> 'Devices') d where d ->> 'Id' = $1",
                customer.Person.DeviceId.ToString()));
    }

    [Fact]
    public async Task DeleteDevice_AnotherOne_EndsItsSessionsAndPushesGoToTheOneThatIsLeft()
    {
        var customer = await Bank.EnterAsync();
        var there = await OnAnotherDeviceAsync(customer);
        var delete = new DeleteDeviceRequest { Name = $"devices/{there.Phone.Device}" };
        for (var again = 0; again < 2; again++)
            await customer.App.Security.DeleteDeviceAsync(delete, cancellationToken: Stop);

        var left = Assert.Single(await customer.App.ListDevicesAsync(Stop));
        Assert.True(left.ReceivesNotifications);
        Assert.True(Assert.Single(await customer.App.ListSessionsAsync(Stop)).Current);
        Assert.Equal("SESSION_ENDED", (await Refused.ByAsync(() => there.RefreshAsync(Stop))).Reason);
        Assert.Equal(SecurityEventKind.DeviceRemoved, (await customer.App.ListSecurityEventsAsync(Stop))[0].Kind);
    }

    [Fact]
    public async Task ListSecurityEvents_PageByPage_GivesEachOnceNewestFirst()
    {
        var customer = await Bank.EnterAsync();
        await Refused.ByAsync(() => BeginChangeAsync(customer, "gabim gabim 12"));
        await customer.App.SignInAsync(customer.Number, Stop);
        var events = new List<SecurityEvent>();
        var token = "";
        do
        {
            var page = await customer.App.Security.ListSecurityEventsAsync(
                new ListSecurityEventsRequest { PageSize = 2, PageToken = token }, cancellationToken: Stop);
            Assert.InRange(page.Events.Count, 1, 2);
            events.AddRange(page.Events);
            token = page.NextPageToken;
        }
        while (token != "");

        Assert.Equal(
            [
                SecurityEventKind.SignedIn, SecurityEventKind.SignInBegun, SecurityEventKind.PasswordWrong,
                SecurityEventKind.SignedInOnNewDevice, SecurityEventKind.SignInBegun, SecurityEventKind.Enrolled,
                SecurityEventKind.NewPasswordBegun,
            ],
            events.Select(happened => happened.Kind));
        Assert.Equal(events, await customer.App.ListSecurityEventsAsync(Stop));
        Assert.All(events, happened => Assert.Equal(
            ("127.0.0.0/24", $"Android of {customer.Person.Name}"), (happened.Origin, happened.DeviceDisplayName)));
    }

    [Fact]
    public async Task SuspendPhone_SignedIn_EndsEverySessionAndNoFnpIsSent()
    {
        var (customer, witness) = (await Bank.EnterAsync(), await Bank.EnterAsync());
        var there = await OnAnotherDeviceAsync(customer);
        var begun = await BeginSignInAsync(customer, customer.Person.Password);
        var fnp = Phone.FnpIn(await customer.App.Phone.NextSmsAsync(Stop))!;
        await there.Security.SuspendPhoneAsync(new SuspendPhoneRequest(), cancellationToken: Stop);

        await AssertEndedAsync(there.Accounts);
        await AssertEndedAsync(customer.App.Accounts);
        var complete = new CompleteSignInRequest { SignInId = begun.SignInId, DeviceId = customer.Person.DeviceId.ToString(), Fnp = fnp };
        Assert.Equal(
            new Refused(Unauthenticated, "FNP_EXPIRED", "fnp"),
            await Refused.ByAsync(() => Door.CompleteSignInAsync(complete, cancellationToken: Stop).ResponseAsync));

        var from = Bank.Bank.Messages.End;
        await BeginSignInAsync(customer, customer.Person.Password);
        await witness.App.SignInAsync(witness.Number, Stop);
        var messages = await Sink.ReadUntilAsync(Bank, from, message => IsFnpFor(message, witness));
        Assert.DoesNotContain(messages, message => IsFnpFor(message, customer));
    }

    private AuthenticationService.AuthenticationServiceClient Door => new(Bank.Client.As(null));

    private static bool IsFnpFor(Message message, TestCustomer customer) =>
        message.IsSms && message.To == customer.Person.PhoneNumber && Phone.FnpIn(message) is not null;

    private async Task<CustomerApp> OnAnotherDeviceAsync(TestCustomer customer)
    {
        var person = customer.Person with { DeviceId = Guid.NewGuid(), Platform = DevicePlatform.Ios };
        var app = Bank.Client.App(person, Bank.PhoneOf(person));
        await app.SignInAsync(customer.Number, Stop);
        // The same SMS came to the first device's eyes.
        await customer.App.Phone.NextSmsAsync(Stop);
        return app;
    }

    /// <summary>The node knows by now that the session of the token has ended.</summary>
    [Fact]
    public async Task CompletePasswordChange_AgainAfterALostAnswer_GivesTheSameSession()
    {
        var customer = await Bank.EnterAsync();
        var begun = await BeginChangeAsync(customer, customer.Person.Password);
        var fnp = Phone.FnpIn(await customer.App.Phone.NextSmsAsync(Stop))!;
        var lost = await CompleteChangeAsync(customer, begun, fnp, NewPassword);
        await AssertEndedAsync(customer.App.Accounts);
        var again = await CompleteChangeAsync(customer, begun, fnp, NewPassword);
        Assert.Equal(lost.Tokens.RefreshToken, again.Tokens.RefreshToken);
        Assert.Equal(Ended, await Refused.ByAsync(() => BeginChangeAsync(customer, NewPassword)));

        var accounts = new AccountService.AccountServiceClient(Bank.Client.As(again.Tokens.AccessToken));
        Assert.Single((await accounts.ListAccountsAsync(new ListAccountsRequest(), cancellationToken: Stop)).Accounts);
    }

    private async Task<BeginSignInResponse> BeginSignInAsync(TestCustomer customer, string password) => await Door.BeginSignInAsync(
        new BeginSignInRequest
        {
            Identifier = customer.Number,
            Password = password,
            Device = Devices.Of(customer.Person),
            RequestId = Guid.NewGuid().ToString(),
        },
        cancellationToken: Stop);

    private static async Task<BeginPasswordChangeResponse> BeginChangeAsync(TestCustomer customer, string password) =>
        await customer.App.Security.BeginPasswordChangeAsync(
            new BeginPasswordChangeRequest { CurrentPassword = password, RequestId = Guid.NewGuid().ToString() }, cancellationToken: Stop);

    private static async Task<CompletePasswordChangeResponse> CompleteChangeAsync(
        TestCustomer customer, BeginPasswordChangeResponse begun, string fnp, string password)
    {
        var request = new CompletePasswordChangeRequest
        {
            PasswordChangeId = begun.PasswordChangeId,
            DeviceId = customer.Person.DeviceId.ToString(),
            Fnp = fnp,
            Password = password,
        };
        return await customer.App.Security.CompletePasswordChangeAsync(request, cancellationToken: Stop);
    }

    private static Task AssertEndedAsync(AccountService.AccountServiceClient accounts) => EndedSession.WithinASecondAsync(accounts);
}
