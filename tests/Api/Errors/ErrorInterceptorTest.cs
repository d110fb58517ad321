using BktSmart.Answers;
using BktSmart.Hosting;
using BktSmart.Infrastructure;
using BktSmart.Tests.Infrastructure;
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

    [Fact]
    public async Task Call_Refusal_PassesUnchanged()
    {
        var refusal = Refuse.Because(Reason.InsufficientFunds);
        Assert.Same(refusal, await Assert.ThrowsAsync<RpcException>(() => Call(new FakeCall(Paying), refusal)));
    }

    [Fact]
    public async Task Call_NeverConnected_IsUnavailableEvenForAPayment()
    {
        var refused = await Refused.By(() => Call(new FakeCall(Paying), new ArgumentException("no such grain"), connected: false));
        Assert.Equal("UNAVAILABLE", refused.Reason);
    }

    [Fact]
    public async Task Call_DeadlinePassed_IsDeadlineExceeded() =>
        Assert.Equal("DEADLINE_EXCEEDED", (await Refused.By(() => Call(TooLate(Reading), new OperationCanceledException()))).Reason);

    [Fact]
    public async Task Call_DeadlinePassedOnAPayment_IsOutcomeUnknown() =>
        Assert.Equal("OUTCOME_UNKNOWN", (await Refused.By(() => Call(TooLate(Paying), new OperationCanceledException()))).Reason);

    [Fact]
    public async Task Call_DeadlinePassedOnAPaymentThatCannotHaveRun_IsDeadlineExceeded()
    {
        Assert.Equal("DEADLINE_EXCEEDED", (await Refused.By(() => Call(TooLate(Paying), new GatewayTooBusyException("secret")))).Reason);
        Assert.Equal(
            "DEADLINE_EXCEEDED",
            (await Refused.By(() => Call(TooLate(Paying), new ArgumentException("no such grain"), connected: false))).Reason);
    }

    [Fact]
    public async Task Call_CallerLeft_IsCancelled()
    {
        var call = new FakeCall(Reading, cancellationToken: new CancellationToken(canceled: true));
        var exception = await Assert.ThrowsAsync<RpcException>(() => Call(call, new OperationCanceledException()));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
    }

    private static FakeCall TooLate(string method) =>
        new(method, deadline: DateTime.UtcNow.AddSeconds(-1), cancellationToken: new CancellationToken(canceled: true));

    private static Task<string> Call(FakeCall call, Exception failure, bool connected = true) =>
        new ErrorInterceptor(
            new ClusterState { Established = connected }, TimeProvider.System, TestLog.Current.CreateLogger<ErrorInterceptor>())
            .UnaryServerHandler<string, string>("", call, (_, _) => throw failure);
}
