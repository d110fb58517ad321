using BktSmart.Answers;
using BktSmart.Authentication;
using BktSmart.Hosting;
using BktSmart.Infrastructure;
using BktSmart.Tests.Infrastructure;
using BktSmart.Values;
using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Errors;

public sealed class ErrorInterceptorTest
{
    private const string Reading = "/bktsmart.v1.AccountService/GetAccount";
    private const string Paying = "/bktsmart.v1.TransferService/CreateTransfer";

    public static TheoryData<string, Exception, string> Failures => new()
    {
        { Reading, new SiloUnavailableException("secret"), "UNAVAILABLE" },
        { Reading, new TimeoutException("secret"), "UNAVAILABLE" },
        { Reading, new Orleans.Runtime.Messaging.ConnectionFailedException("secret"), "UNAVAILABLE" },
        { Reading, new StorageUnavailableException("secret"), "UNAVAILABLE" },
        { Reading, new GatewayTooBusyException("secret"), "OVERLOADED" },
        { Reading, new InvalidOperationException("secret"), "INTERNAL" },
        { Paying, new SiloUnavailableException("secret"), "OUTCOME_UNKNOWN" },
        { Paying, new TimeoutException("secret"), "OUTCOME_UNKNOWN" },
        { Paying, new StorageUnavailableException("secret"), "OUTCOME_UNKNOWN" },
        { Paying, new InvalidOperationException("secret"), "OUTCOME_UNKNOWN" },
        { Paying, new GatewayTooBusyException("secret"), "OVERLOADED" },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Call_Failure_BecomesItsReasonAndSaysNothingElse(string method, Exception failure, string reason)
    {
        // What no fault of the surroundings explains is a defect.
        if (failure is InvalidOperationException)
            TestLog.Current.Expect($"{method} failed");
        var exception = await Assert.ThrowsAsync<RpcException>(() => Call(new FakeCall(method), failure));
        Assert.Equal(reason, Refused.From(exception).Reason);
        Assert.DoesNotContain("secret", exception.GetRpcStatus()!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "sq")]
    [InlineData("en", "en")]
    [InlineData("de-AT, en-GB;q=0.8, sq;q=0.7", "en")]
    [InlineData("en;q=0.1, sq-XK", "sq")]
    [InlineData("en;q=0", "sq")]
    [InlineData("*", "sq")]
    [InlineData("not a language at all;;", "sq")]
    public async Task Call_Refusal_IsAnsweredInTheCallersLanguage(string wanted, string locale)
    {
        var call = new FakeCall(Paying);
        call.GetHttpContext().Request.Headers.AcceptLanguage = wanted;
        var exception = await Assert.ThrowsAsync<RpcException>(() => Call(call, Refuse.Because(Reason.InsufficientFunds)));
        var text = exception.GetRpcStatus()!.GetDetail<LocalizedMessage>()!;
        var entry = ReasonCatalogue.Of(Reason.InsufficientFunds);
        Assert.Equal((locale, locale == "en" ? entry.English : entry.Albanian), (text.Locale, text.Message));
        Assert.Equal($"INSUFFICIENT_FUNDS: {entry.English}", exception.Status.Detail);
    }

    [Theory]
    [InlineData("", "en")]
    [InlineData("sq", "sq")]
    public async Task Call_RefusalOfAnEnglishCustomer_IsInEnglishUnlessTheCallWantsAnother(string wanted, string locale)
    {
        var call = new FakeCall(Paying);
        call.GetHttpContext().Request.Headers.AcceptLanguage = wanted;
        call.SetCaller(new SignedInCustomer(
            CustomerNumber.From(123_456_789), Guid.NewGuid(), DateTimeOffset.MaxValue, Language: Language.English));
        var exception = await Assert.ThrowsAsync<RpcException>(() => Call(call, Refuse.Because(Reason.InsufficientFunds)));
        Assert.Equal(locale, exception.GetRpcStatus()!.GetDetail<LocalizedMessage>()!.Locale);
    }

    [Fact]
    public async Task Call_NeverConnected_IsUnavailableEvenForAPayment()
    {
        var refused = await RefusedAsync(() => Call(new FakeCall(Paying), new ArgumentException("no such grain"), connected: false));
        Assert.Equal("UNAVAILABLE", refused.Reason);
    }

    [Fact]
    public async Task Call_DeadlinePassed_IsDeadlineExceeded() =>
        Assert.Equal("DEADLINE_EXCEEDED", (await RefusedAsync(() => Call(TooLate(Reading), new OperationCanceledException()))).Reason);

    [Fact]
    public async Task Call_DeadlinePassedOnAPayment_IsOutcomeUnknown() =>
        Assert.Equal("OUTCOME_UNKNOWN", (await RefusedAsync(() => Call(TooLate(Paying), new OperationCanceledException()))).Reason);

    [Fact]
    public async Task Call_DeadlinePassedOnAPaymentThatCannotHaveRun_IsDeadlineExceeded()
    {
        Assert.Equal("DEADLINE_EXCEEDED", (await RefusedAsync(() => Call(TooLate(Paying), new GatewayTooBusyException("secret")))).Reason);
        Assert.Equal(
            "DEADLINE_EXCEEDED",
            (await RefusedAsync(() => Call(TooLate(Paying), new ArgumentException("no such grain"), connected: false))).Reason);
    }

    [Fact]
    public async Task Call_CallerLeft_IsCancelled()
    {
        var call = new FakeCall(Reading, cancellationToken: new CancellationToken(canceled: true));
        var exception = await Assert.ThrowsAsync<RpcException>(() => Call(call, new OperationCanceledException()));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
    }

    private static async Task<Refused> RefusedAsync(Func<Task> call) => Refused.From(await Assert.ThrowsAsync<RpcException>(call));

    private static FakeCall TooLate(string method) =>
        new(method, deadline: DateTime.UtcNow.AddSeconds(-1), cancellationToken: new CancellationToken(canceled: true));

    private static Task<string> Call(FakeCall call, Exception failure, bool connected = true) =>
        new ErrorInterceptor(
            new ClusterState { Established = connected }, TimeProvider.System, TestLog.Current.CreateLogger<ErrorInterceptor>())
            .UnaryServerHandler<string, string>("", call, (_, _) => throw failure);
}
