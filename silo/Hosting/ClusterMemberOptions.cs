using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace BktSmart.Silo.Hosting;

/// <summary>Where this silo is in its cluster. Section <c>Cluster</c>.</summary>
public sealed class ClusterMemberOptions
{
    public const string Section = "Cluster";

    /// <summary>Silos and API nodes with the same id are one cluster.</summary>
    [Required]
    public string ClusterId { get; set; } = "bktsmart";

    /// <summary>The name of this silo; the pod's name on Kubernetes. Empty: the host's name and the port.</summary>
    public string SiloName { get; set; } = "";

    /// <summary>The IP address under which other silos and API nodes reach this one; the pod's IP on Kubernetes.</summary>
    [Required]
    public string AdvertisedAddress { get; set; } = "127.0.0.1";

    /// <summary>For other silos. 1 to 65535.</summary>
    [Range(1, 65_535)]
    public int SiloPort { get; set; } = 11_111;

    /// <summary>For API nodes. 1 to 65535.</summary>
    [Range(1, 65_535)]
    public int GatewayPort { get; set; } = 30_000;

    /// <summary>
    /// One probe of another silo; at least three are missed before a silo is taken for dead, and for six times as long there is no word
    /// from it. Orleans' 5 s would leave a frozen silo in the cluster for half a minute; less than a second takes a slow one for dead.
    /// 1 s to 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:10")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often this silo writes into the membership table that it is alive, and reads who is. Who missed three of them is looked at and
    /// thrown out by the next who joins: after the loss of all silos, new ones wait for that. Orleans' 30 s make it a minute and a half.
    /// 1 s to 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30")]
    public TimeSpan AliveInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How far this machine's clock may be from the database's when the silo starts. Silos compare their clocks through the membership
    /// table: one that is five minutes behind seems to have been joining for five minutes, and the others throw it out. 1 s to 4 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:04:00")]
    public TimeSpan ClockDifferenceMax { get; set; } = TimeSpan.FromSeconds(30);

    internal sealed class Validator : IValidateOptions<ClusterMemberOptions>
    {
        public ValidateOptionsResult Validate(string? name, ClusterMemberOptions options) =>
            IPAddress.TryParse(options.AdvertisedAddress, out _)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "Cluster:AdvertisedAddress must be the IP address under which other silos and API nodes reach this one.");
    }
}
