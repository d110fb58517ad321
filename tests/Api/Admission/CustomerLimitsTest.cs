using BktSmart.Answers;
using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Infrastructure;
using BktSmart.Values;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Admission;

public sealed class CustomerLimitsTest
{
    private const string Reading = "/bktsmart.v1.AccountService/ListAccounts";
    private const string Paying = "/bktsmart.v1.TransferService/CreateTransfer";
    private static readonly CustomerLimitsOptions Limits = new()
    {
        CallsAtOnceMax = 2, CallsPerMinute = 9, OrdersPerMinute = 6, WrongPayeesPerMinute = 2,
    };

    private static readonly CustomerNumber Arta = CustomerNumber.From(123_456_789);
    private static readonly CustomerNumber Besnik = CustomerNumber.From(987_654_321);

    private readonly FakeTimeProvider _time = new();
    private readonly CustomerLimits _limits;
    private readonly TaskCompletionSource<string> _answer = new();

    public CustomerLimitsTest() => _limits = new CustomerLimits(Options.Create(Limits), _time);

    [Fact]
    public async Task Call_AsManyUnderWayAsAllowed_IsRefusedUntilOneEnds()
    {
        Task[] calls = [CallAsync(Arta, Reading), CallAsync(Arta, Reading)];
        Assert.Equal("OVERLOADED", (await Refused.By(() => CallAsync(Arta, Reading))).Reason);
        var other = CallAsync(Besnik, Reading);
        Assert.False(other.IsCompleted);

        _answer.SetResult("");
        await Task.WhenAll([.. calls, other]);
        await CallAsync(Arta, Reading);
    }

    [Fact]
    public async Task Call_OftenerThanAllowed_IsRefusedToThisCustomerAlone()
    {
        _answer.SetResult("");
        for (var i = 0; i < Limits.CallsPerMinute; i++)
            await CallAsync(Arta, Reading);
        Assert.Equal(
            new Refused("TOO_MANY_CALLS", StatusCode.ResourceExhausted, null), await Refused.By(() => CallAsync(Arta, Reading)));
        await CallAsync(Besnik, Reading);
    }

    /// <summary>What the ledger refuses it keeps for ever.</summary>
    [Fact]
    public async Task Call_OrdersOftenerThanAllowed_AreRefusedAndReadingGoesOn()
    {
        _answer.SetResult("");
        for (var i = 0; i < Limits.OrdersPerMinute; i++)
            await CallAsync(Arta, Paying);
        Assert.Equal("TOO_MANY_CALLS", (await Refused.By(() => CallAsync(Arta, Paying))).Reason);
        await CallAsync(Arta, Reading);
    }

    /// <summary>A payee who cannot be paid may have no account: nobody asks for many of them.</summary>
    [Theory]
    [InlineData(Paying)]
    [InlineData("/bktsmart.v1.PaymentControlService/BeginConfirmation")]
    [InlineData("/bktsmart.v1.PaymentControlService/CreateTrustedPayee")]
    public async Task Call_WrongPayeesOftenerThanAllowed_IsRefusedWhereverOneIsNamed(string method)
    {
        for (var i = 0; i < Limits.WrongPayeesPerMinute; i++)
        {
            await AnswerAsync(Reason.InsufficientFunds);
            await AnswerAsync(Reason.PayeeCannotReceive);
        }

        _answer.SetResult("");
        Assert.Equal("TOO_MANY_CALLS", (await Refused.By(() => CallAsync(Arta, method))).Reason);
        Assert.Equal("TOO_MANY_CALLS", (await Refused.By(() => CallAsync(Arta, Paying))).Reason);
        await CallAsync(Arta, Reading);
        await CallAsync(Besnik, method);
        _time.Advance(TimeSpan.FromMinutes(1) / Limits.WrongPayeesPerMinute);
        await CallAsync(Arta, method);

        async Task AnswerAsync(Reason reason) => Assert.Equal(
            reason,
            (await Assert.ThrowsAsync<RefusedException>(() => _limits.UnaryServerHandler<string, string>(
                "", By(Arta, method), (_, _) => throw new RefusedException(new Refusal(reason))))).Reason);
    }

    [Fact]
    public async Task Call_WrongPayeesAtOnceOrGivenUp_AreNoMoreThanAllowed()
    {
        var (first, second) = (CallAsync(Arta, Paying), CallAsync(Arta, Paying));
        _answer.SetException(new RefusedException(new Refusal(Reason.PayeeCannotReceive)));
        await Assert.ThrowsAsync<RefusedException>(() => first);
        await Assert.ThrowsAsync<RefusedException>(() => second);
        Assert.Equal("TOO_MANY_CALLS", (await Refused.By(() => CallAsync(Arta, Paying))).Reason);

        for (var i = 0; i < Limits.WrongPayeesPerMinute; i++)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => _limits.UnaryServerHandler<string, string>(
                "", By(Besnik, Paying), (_, _) => throw new OperationCanceledException()));
        }

        Assert.Equal("TOO_MANY_CALLS", (await Refused.By(() => CallAsync(Besnik, Paying))).Reason);
    }

    /// <summary>A thief with the token uses up what there is; the owner stops the thief all the same.</summary>
    [Theory]
    [InlineData("SecurityService/SuspendPhone")]
    [InlineData("SecurityService/EndOtherSessions")]
    [InlineData("SecurityService/DeleteSession")]
    [InlineData("SecurityService/BeginPasswordChange")]
    [InlineData("SecurityService/CompletePasswordChange")]
    [InlineData("AuthenticationService/EndSession")]
    public async Task Call_BrakeWhenAllElseIsUsedUp_IsLetIn(string method)
    {
        _ = CallAsync(Arta, Reading);
        _ = CallAsync(Arta, Reading);
        Assert.Equal("OVERLOADED", (await Refused.By(() => CallAsync(Arta, Reading))).Reason);
        var brake = CallAsync(Arta, $"/bktsmart.v1.{method}");
        _answer.SetResult("");
        await brake;
        for (var i = 0; i < Limits.CallsPerMinute; i++)
            await Record.ExceptionAsync(() => CallAsync(Arta, Reading));
        await CallAsync(Arta, $"/bktsmart.v1.{method}");
    }

    /// <summary>The thief of a token whose session its owner has ended takes none of the owner's brakes.</summary>
    [Fact]
    public async Task Call_BrakeWithTheTokenOfAnEndedSession_CountsForThatSessionAlone()
    {
        const string complete = "/bktsmart.v1.SecurityService/CompletePasswordChange";
        _answer.SetResult("");
        var (thief, other) = (Guid.NewGuid(), Guid.NewGuid());
        for (var i = 0; i < Limits.BrakesPerMinute; i++)
            await EndedAsync(thief);
        Assert.Equal("TOO_MANY_CALLS", (await Refused.By(() => EndedAsync(thief))).Reason);
        await EndedAsync(other);
        for (var i = 0; i < Limits.BrakesPerMinute; i++)
            await CallAsync(Arta, "/bktsmart.v1.SecurityService/SuspendPhone");
        Assert.Equal("TOO_MANY_CALLS", (await Refused.By(() => CallAsync(Arta, complete))).Reason);

        Task<string> EndedAsync(Guid session)
        {
            var call = new FakeCall(complete);
            call.SetCaller(new SignedInCustomer(Arta, session, DateTimeOffset.MaxValue, SessionHasEnded: true));
            return _limits.UnaryServerHandler("", call, (_, _) => _answer.Task);
        }
    }

    [Fact]
    public async Task Stream_OpenedOftenerThanAllowed_IsRefused()
    {
        for (var i = 0; i < Limits.CallsPerMinute; i++)
            await StreamAsync();
        Assert.Equal("TOO_MANY_CALLS", (await Refused.By(StreamAsync)).Reason);
    }

    private Task<string> CallAsync(CustomerNumber customer, string method) =>
        _limits.UnaryServerHandler("", By(customer, method), (_, _) => _answer.Task);

    private Task StreamAsync() => _limits.ServerStreamingServerHandler<string, string>(
        "", null!, By(Arta, "/bktsmart.v1.NotificationService/WatchNotifications"), (_, _, _) => Task.CompletedTask);

    private static FakeCall By(CustomerNumber customer, string method)
    {
        var call = new FakeCall(method);
        call.SetCaller(new SignedInCustomer(customer, Guid.NewGuid(), DateTimeOffset.MaxValue));
        return call;
    }
}
