using BktSmart.Bench.Peers.Transactions;
using Orleans.Configuration;
using Orleans.Transactions.Abstractions;

namespace BktSmart.Bench.Peers;

/// <summary>A silo with the grains of the peers and nothing else.</summary>
internal static class PeerSilo
{
    public static async Task<int> RunAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(PeerSettings.SiloPort, PeerSettings.GatewayPort)
            .UseTransactions()
            // Balances are in the memory of the activations.
            .Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromDays(1)));
        builder.Services.AddKeyedSingleton<ITransactionalStateStorageFactory>(MemoryStateStorage.Name, new MemoryStateStorage.Factory());
        await builder.Build().RunAsync();
        return 0;
    }
}
