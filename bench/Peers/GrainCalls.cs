using System.Diagnostics;
using System.Globalization;
using BktSmart.Bench.Peers.Empty;

namespace BktSmart.Bench.Peers;

/// <summary>The rate of the grain call alone, without gRPC before it: an external client that does nothing else.</summary>
internal static class GrainCalls
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client.UsePeerSilo());
        using var host = builder.Build();
        await host.StartAsync();
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        var grains = Enumerable.Range(0, PeerSettings.Accounts).Select(i => factory.GetGrain<IEmptyGrain>($"alone-{i}")).ToArray();

        await LoopAsync(grains, WarmUp);
        var (calls, elapsed) = await LoopAsync(grains, TimeSpan.FromSeconds(PeerSettings.Seconds));
        Console.WriteLine((calls / elapsed.TotalSeconds).ToString("F1", CultureInfo.InvariantCulture));
        await host.StopAsync();
        return 0;
    }

    private static async Task<(long Calls, TimeSpan Elapsed)> LoopAsync(IEmptyGrain[] grains, TimeSpan duration)
    {
        var watch = Stopwatch.StartNew();
        var calls = await Task.WhenAll(Enumerable.Range(0, PeerSettings.InFlight).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var count = 0L;
            for (; watch.Elapsed < duration; count++)
                await grains[random.Next(grains.Length)].Call();
            return count;
        })));
        return (calls.Sum(), watch.Elapsed);
    }
}
