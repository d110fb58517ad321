using System.Net;
using System.Threading.Channels;
using BktSmart.Infrastructure;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Hosting;

public sealed class GatewayWatchTest
{
    private static readonly IPEndPoint Healthy = new(IPAddress.Loopback, 1);
    private static readonly IPEndPoint Frozen = new(IPAddress.Loopback, 2);

    [Fact]
    public async Task Execute_EveryOtherQuestionGetsNoAnswer_AvoidsTheSilentGatewayInTime()
    {
        var stop = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        var settings = new ClusterSettings();
        var gateways = new SilentGateways(time);
        var cluster = new HalfFrozen();
        using var lifetime = new FakeLifetime();
        using var watch = new GatewayWatch(
            FakeGrains.With(cluster), gateways, Options.Create(settings), lifetime, time, TestLog.Current.CreateLogger<GatewayWatch>());
        Assert.Equal(2, gateways.Choose([Healthy, Frozen]).Count);

        await watch.StartAsync(stop);
        var began = time.GetTimestamp();
        await BothAreAskedAsync();
        while (gateways.Choose([Healthy, Frozen]).Count == 2 && time.GetElapsedTime(began) < 2 * settings.GatewaySilenceMax)
        {
            time.Advance(settings.GatewaySilenceMax / 8);
            await BothAreAskedAsync();
        }

        await watch.StopAsync(stop);
        Assert.Equal([Healthy], gateways.Choose([Healthy, Frozen]));

        async Task BothAreAskedAsync()
        {
            for (var gateway = 0; gateway < 2; gateway++)
                await cluster.Asked.Reader.ReadAsync(stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), stop);
        }
    }

    /// <summary>Two gateways in turn, one of which answers nothing.</summary>
    private sealed class HalfFrozen : IGatewayGrain
    {
        private int _calls;

        public Channel<int> Asked { get; } = Channel.CreateUnbounded<int>();

        public Task<IPEndPoint> GetAddress()
        {
            var call = Interlocked.Increment(ref _calls);
            Asked.Writer.TryWrite(call);
            return call % 2 == 0 ? new TaskCompletionSource<IPEndPoint>().Task : Task.FromResult(Healthy);
        }
    }
}
