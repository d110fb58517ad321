using System.Diagnostics;
using BktSmart.Dev.Client;
using BktSmart.V1;
using Grpc.Core;

namespace BktSmart.Security;

/// <summary>Two nodes of the API: one ends a session, and the other has to hear of it.</summary>
public sealed class TwoApis : IAsyncLifetime
{
    private TestBank? _bank;
    private BankClient? _second;

    public TestBank Bank => _bank ?? throw new InvalidOperationException("The bank is not started.");

    /// <summary>Calls the second node.</summary>
    public BankClient Second => _second ?? throw new InvalidOperationException("The bank is not started.");

    public async ValueTask InitializeAsync()
    {
        _bank = await TestBank.StartAsync("two-apis");
        _second = new BankClient(await _bank.Bank.AddApiAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _second?.Dispose();
        if (_bank is not null)
            await _bank.DisposeAsync();
    }
}

public sealed class EndedSessionTest(TwoApis apis) : IClassFixture<TwoApis>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("the customer signs out")]
    [InlineData("the customer changes the password")]
    [InlineData("the customer suspends the phone")]
    [InlineData("the contact centre suspends the phone")]
    [InlineData("the branch registers another number")]
    [InlineData("wrong passwords lock")]
    [InlineData("a refresh token comes a second time")]
    public async Task AnyCall_SessionEndedAtTheOtherNode_IsRefusedWithinASecondAndItsStreamEnds(string cause)
    {
        var customer = await apis.Bank.EnterAsync();
        var token = customer.App.Session!.AccessToken;
        AccountService.AccountServiceClient here = new(apis.Bank.Client.As(token)), there = new(apis.Second.As(token));
        await there.ListAccountsAsync(new ListAccountsRequest(), cancellationToken: Stop);
        using var watch = new NotificationService.NotificationServiceClient(apis.Second.As(token))
            .WatchNotifications(new WatchNotificationsRequest { AfterNumber = 0 }, cancellationToken: Stop);
        await watch.ResponseHeadersAsync;

        await EndAsync(cause, customer);
        var sinceTheEnd = Stopwatch.StartNew();
        // The inbox may still be told why the session ends.
        var ended = Refused.ByAsync(async () =>
        {
            while (await watch.ResponseStream.MoveNext(Stop))
                Assert.Equal(NotificationCategory.Security, watch.ResponseStream.Current.Notification.Category);
        });
        await Task.WhenAll(EndedSession.WithinASecondAsync(here, sinceTheEnd), EndedSession.WithinASecondAsync(there, sinceTheEnd));
        Assert.Equal(new Refused(StatusCode.Unauthenticated, "SESSION_ENDED"), await ended);
        Assert.InRange(sinceTheEnd.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private async Task EndAsync(string cause, TestCustomer customer)
    {
        switch (cause)
        {
            case "the customer signs out":
                await customer.App.Authentication.EndSessionAsync(new EndSessionRequest(), cancellationToken: Stop);
                break;
            case "the customer changes the password":
                await customer.App.ChangePasswordAsync("ujku dhe delja 77", Stop);
                break;
            case "the customer suspends the phone":
                await customer.App.Security.SuspendPhoneAsync(new SuspendPhoneRequest(), cancellationToken: Stop);
                break;
            case "the contact centre suspends the phone":
                await apis.Bank.ContactCentre.SuspendPhoneAsync(customer.Customer.Name, "telefoni humbi", Stop);
                break;
            case "the branch registers another number":
                await apis.Bank.Desk.ChangePhoneNumberAsync(
                    customer.Customer.Name, TestBank.NewPerson().PhoneNumber, "numër i ri", cancellationToken: Stop);
                break;
            case "wrong passwords lock":
                for (var i = 0; i < 5; i++)
                {
                    await new AuthenticationService.AuthenticationServiceClient(apis.Bank.Client.As(null)).BeginSignInAsync(
                        new BeginSignInRequest
                        {
                            Identifier = customer.Number,
                            Password = "gabim gabim 12",
                            Device = Devices.Of(customer.Person),
                            RequestId = Guid.NewGuid().ToString(),
                        },
                        cancellationToken: Stop);
                }

                break;
            case "a refresh token comes a second time":
                var first = customer.App.Session!.RefreshToken;
                await customer.App.RefreshAsync(Stop);
                await customer.App.RefreshAsync(Stop);
                var again = new RefreshSessionRequest { RefreshToken = first, RequestId = Guid.NewGuid().ToString() };
                await Refused.ByAsync(
                    () => customer.App.Authentication.RefreshSessionAsync(again, cancellationToken: Stop).ResponseAsync);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(cause), cause, null);
        }
    }
}
