using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>Section <c>Cluster</c>: where the silos are.</summary>
internal sealed class ClusterSettings
{
    public const string Section = "Cluster";

    /// <summary>The cluster's id; the same as the silos'.</summary>
    public string ClusterId { get; set; } = "bktsmart";

    /// <summary>
    /// The gateways of the silos: <c>host:port</c>, several with commas between them. A host is an address, or a DNS name that stands for
    /// all of its addresses.
    /// </summary>
    public string Gateways { get; set; } = "";

    /// <summary>How often the list is read, and with it DNS.</summary>
    public TimeSpan GatewayRefreshPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a gateway may take to answer or to connect, while others answer, before this host leaves it alone for 10 s. Calls that are
    /// under way through it then get no answer.
    /// </summary>
    public TimeSpan GatewaySilenceMax { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a grain may take to answer.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Null if the text does not have its form.</summary>
    internal static IReadOnlyList<DnsEndPoint>? ParseGateways(string gateways)
    {
        var endPoints = new List<DnsEndPoint>();
        foreach (var gateway in gateways.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!TryParseGateway(gateway, out var endPoint))
                return null;
            endPoints.Add(endPoint);
        }

        return endPoints;
    }

    private static bool TryParseGateway(string gateway, [NotNullWhen(true)] out DnsEndPoint? endPoint)
    {
        endPoint = null;
        var colon = gateway.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(gateway.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
            return false;

        // IPv6 addresses come in brackets: [::1]:30000.
        var host = gateway[..colon].Trim('[', ']');
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return false;
        endPoint = new DnsEndPoint(host, port);
        return true;
    }

    internal sealed class Validator : IValidateOptions<ClusterSettings>
    {
        public ValidateOptionsResult Validate(string? name, ClusterSettings options)
        {
            var problems = new List<string>();
            if (string.IsNullOrWhiteSpace(options.ClusterId))
                problems.Add("Cluster:ClusterId is empty: give the id that the silos have.");
            if (ParseGateways(options.Gateways) is not { } gateways)
                problems.Add("Cluster:Gateways is malformed: give host:port of the silos' gateways, with commas between them.");
            else if (gateways.Count == 0)
                problems.Add("Cluster:Gateways is not set: give host:port of the silos' gateways, with commas between them.");
            if (options.GatewayRefreshPeriod < TimeSpan.FromSeconds(1))
                problems.Add("Cluster:GatewayRefreshPeriod must be at least a second.");
            if (options.GatewaySilenceMax < TimeSpan.FromSeconds(1))
                problems.Add("Cluster:GatewaySilenceMax must be at least a second.");
            if (options.ResponseTimeout < TimeSpan.FromSeconds(1))
                problems.Add("Cluster:ResponseTimeout must be at least a second.");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
