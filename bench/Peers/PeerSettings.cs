using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BktSmart.Bench.Peers;

/// <summary>The settings of a peer, from environment variables, and what the peers' hosts have in common.</summary>
internal static class PeerSettings
{
    public static int GrpcPort => Number("PEER_GRPC_PORT");

    public static int SiloPort => Number("PEER_SILO_PORT");

    public static int GatewayPort => Number("PEER_GATEWAY_PORT");

    /// <summary>Of the textbook; holds a password.</summary>
    public static string ConnectionString => Text("PEER_DATABASE");

    /// <summary>Connections of the textbook to its database.</summary>
    public static int PoolSize => Number("PEER_POOL_SIZE");

    public static int InFlight => Number("PEER_IN_FLIGHT");

    public static int Accounts => Number("PEER_ACCOUNTS");

    public static int Seconds => Number("PEER_SECONDS");

    /// <summary>A gRPC host with as little around it as possible: HTTP/2 without TLS on loopback, warnings only.</summary>
    public static WebApplicationBuilder GrpcHost()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, GrpcPort, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        return builder;
    }

    public static IClientBuilder UsePeerSilo(this IClientBuilder client)
    {
        client.UseLocalhostClustering(GatewayPort);
        client.UseConnectionRetryFilter(async (_, stop) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), stop);
            return true;
        });
        return client;
    }

    private static string Text(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new ArgumentException($"{name} is not set.");

    private static int Number(string name) => int.Parse(Text(name), CultureInfo.InvariantCulture);
}
