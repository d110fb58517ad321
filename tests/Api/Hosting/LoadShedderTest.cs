using BktSmart.Infrastructure;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

public sealed class LoadShedderTest
{
    private const string Paying = "/bktsmart.v1.TransferService/CreateTransfer";
    private const string Probe = "/grpc.health.v1.Health/Check";

    private readonly LoadShedder _shedder = new(Options.Create(new ServerLimits { CallsMax = 2 }));
    private readonly TaskCompletionSource<string> _answer = new();

    [Fact]
    public async Task Call_AsManyUnderWayAsAllowed_IsRefusedAtOnceAndDoesNotRun()
    {
        var underWay = new[] { Call(Paying), Call(Paying) };
        var ran = false;
        var refused = await Refused.By(() => _shedder.UnaryServerHandler<string, string>("", new FakeCall(Paying), (_, _) =>
        {
            ran = true;
            return _answer.Task;
        }));
        Assert.Equal("OVERLOADED", refused.Reason);
        Assert.False(ran);
        Assert.All(underWay, call => Assert.False(call.IsCompleted));
    }

    [Fact]
    public async Task Call_OneUnderWayEnds_IsLetInAgain()
    {
        var underWay = new[] { Call(Paying), Call(Paying) };
        await Assert.ThrowsAsync<RpcException>(() => Call(Paying));
        _answer.SetResult("done");
        Assert.Equal(["done", "done"], await Task.WhenAll(underWay));
        Assert.Equal("done", await Call(Paying));
    }

    [Fact]
    public async Task Call_Fails_GivesItsPlaceBack()
    {
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => _shedder.UnaryServerHandler<string, string>("", new FakeCall(Paying), (_, _) => throw new InvalidOperationException()));
        }
    }

    [Fact]
    public void Call_ProbeOfABusyNode_Passes()
    {
        _ = Call(Paying);
        _ = Call(Paying);
        Assert.False(Call(Probe).IsFaulted);
    }

    private Task<string> Call(string method) => _shedder.UnaryServerHandler<string, string>("", new FakeCall(method), (_, _) => _answer.Task);
}
