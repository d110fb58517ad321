using BktSmart.Bench.Peers.Empty;
using BktSmart.Bench.Peers.Transactions;

namespace BktSmart.Bench.Peers;

/// <summary>gRPC in front of the peers' silo, as the bank's API is in front of its silos: an external client of the cluster.</summary>
internal static class PeerFront
{
    public static async Task<int> RunAsync()
    {
        var builder = PeerSettings.GrpcHost();
        builder.UseOrleansClient(client => client.UsePeerSilo().UseTransactions());
        var app = builder.Build();
        app.MapGrpcService<EmptyGrainService>();
        app.MapGrpcService<TransactionalTransferService>();
        await app.RunAsync();
        return 0;
    }
}
