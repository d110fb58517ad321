using BktSmart.Infrastructure;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Errors;

public sealed class RepeatInterceptorTest
{
    private const string Reading = "/bktsmart.v1.AccountService/GetAccount";
    private const string Paying = "/bktsmart.v1.TransferService/CreateTransfer";
    private const string SigningIn = "/bktsmart.v1.AuthenticationService/CompleteSignIn";

    [Fact]
    public async Task Call_AnswerLostWithASilo_IsMadeOnceMore()
    {
        var calls = new Calls(new SiloUnavailableException());
        Assert.Equal("answer", await calls.RunAsync(Reading));
        Assert.Equal(2, calls.Count);
    }

    [Fact]
    public async Task Call_AnswerLostTwice_IsNotMadeAThirdTime()
    {
        var calls = new Calls(new SiloUnavailableException(), new SiloUnavailableException());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => calls.RunAsync(Reading));
        Assert.Equal(2, calls.Count);
    }

    [Theory]
    [InlineData(Paying)]
    [InlineData(SigningIn)]
    public async Task Call_ChangesSomething_IsNotRepeated(string method)
    {
        var calls = new Calls(new SiloUnavailableException());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => calls.RunAsync(method));
        Assert.Equal(1, calls.Count);
    }

    /// <summary>It may still be under way.</summary>
    [Fact]
    public async Task Call_NoAnswerInTime_IsNotRepeated()
    {
        var calls = new Calls(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => calls.RunAsync(Reading));
        Assert.Equal(1, calls.Count);
    }

    [Fact]
    public async Task Call_CallerLeft_IsNotRepeated()
    {
        var calls = new Calls(new SiloUnavailableException());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => calls.RunAsync(Reading, new CancellationToken(canceled: true)));
        Assert.Equal(1, calls.Count);
    }

    /// <summary>Calls that fail, one after the other, and then come to an answer.</summary>
    private sealed class Calls(params Exception[] failures)
    {
        public int Count { get; private set; }

        public Task<string> RunAsync(string method, CancellationToken cancellationToken = default) =>
            new RepeatInterceptor(TestLog.Current.CreateLogger<RepeatInterceptor>()).UnaryServerHandler<string, string>(
                "", new FakeCall(method, cancellationToken: cancellationToken),
                (_, _) => Count++ < failures.Length ? Task.FromException<string>(failures[Count - 1]) : Task.FromResult("answer"));
    }
}
