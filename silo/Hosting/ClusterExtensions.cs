using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace BktSmart.Silo.Hosting;

internal static class ClusterExtensions
{
    /// <summary>Membership in PostgreSQL; loopback only where the advertised address is loopback.</summary>
    public static ISiloBuilder AddCluster(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<ClusterMemberOptions, ClusterMemberOptions.Validator>(ClusterMemberOptions.Section);
        services.AddOptions<ClusterOptions>().Configure<IOptions<ClusterMemberOptions>>((options, member) =>
        {
            options.ServiceId = ClusterIdentity.ServiceId;
            options.ClusterId = member.Value.ClusterId;
        });
        services.AddOptions<SiloOptions>().Configure<IOptions<ClusterMemberOptions>>((options, member) =>
            options.SiloName = member.Value.SiloName.Length > 0
                ? member.Value.SiloName
                : string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{member.Value.SiloPort}"));
        services.AddOptions<EndpointOptions>().Configure<IOptions<ClusterMemberOptions>>((options, member) =>
        {
            var address = IPAddress.Parse(member.Value.AdvertisedAddress);
            options.AdvertisedIPAddress = address;
            options.SiloPort = member.Value.SiloPort;
            options.GatewayPort = member.Value.GatewayPort;
            if (IPAddress.IsLoopback(address))
                return;
            options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Any, member.Value.SiloPort);
            options.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Any, member.Value.GatewayPort);
        });
        services.AddOptions<ClusterMembershipOptions>().Configure<IOptions<ClusterMemberOptions>>((options, member) =>
        {
            options.ProbeTimeout = member.Value.ProbeTimeout;
            // Three times this without a word from a silo, and it is dead. Orleans would double it: actors on a frozen silo answer nobody.
            options.MaxProbeTimeout = 2 * member.Value.ProbeTimeout;
            options.IAmAliveTablePublishTimeout = member.Value.AliveInterval;
            // A silo that was declared dead while it was frozen learns of it here. Until then it takes orders, and the database refuses
            // them all (BK003). Orleans would look once a minute.
            options.TableRefreshTimeout = member.Value.AliveInterval;
            options.DefunctSiloExpiration = TimeSpan.FromDays(1);
        });
        // A call that hangs must not hold its grain for two hours, Orleans' default.
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.MaxRequestProcessingTime = TimeSpan.FromMinutes(1);
            options.ResponseTimeout = TimeSpan.FromSeconds(10);
        });
        silo.UseAdoNetClustering(options => options.Configure<ClusterDatabase>((clustering, database) =>
        {
            clustering.Invariant = "Npgsql";
            clustering.DataSource = database.Source;
        }));
        if (silo.Configuration.HasTraceCollector())
            silo.AddActivityPropagation();
        return silo;
    }
}
