using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Messaging;

namespace BktSmart.Hosting;

/// <summary>
/// Finds the gateways of the cluster without the membership table, because this host holds no credentials for the database: a list of
/// hosts, whose names are resolved anew every time and stand for all of their addresses, as those of a headless Service of Kubernetes do.
/// Leaves out those that are silent.
/// </summary>
internal sealed partial class GatewayList(IOptions<ClusterSettings> settings, SilentGateways silent, ILogger<GatewayList> logger)
    : IGatewayListProvider
{
    /// <summary>For so long the client leaves out a gateway that it could not connect to.</summary>
    public TimeSpan MaxStaleness => TimeSpan.FromSeconds(10);

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public async Task<IList<Uri>> GetGateways()
    {
        var gateways = new HashSet<IPEndPoint>();
        foreach (var endPoint in ClusterSettings.ParseGateways(settings.Value.Gateways) ?? [])
        {
            foreach (var address in await Resolve(endPoint.Host))
                gateways.Add(new IPEndPoint(address, endPoint.Port));
        }

        return [.. silent.Choose(gateways).Select(gateway => gateway.ToGatewayUri())];
    }

    // One name that cannot be resolved must not hide the others.
    private async Task<IPAddress[]> Resolve(string host)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address];
        try
        {
            return await Dns.GetHostAddressesAsync(host);
        }
        catch (SocketException exception)
        {
            LogNotResolved(host, exception.SocketErrorCode);
            return [];
        }
    }

    [LoggerMessage(5304, LogLevel.Warning, "The gateway host {Host} cannot be resolved: {Error}")]
    private partial void LogNotResolved(string host, SocketError error);
}
