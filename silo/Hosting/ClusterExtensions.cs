using System.Globalization;
using System.Net;
using Npgsql;
using Orleans.Configuration;

namespace BktSmart.Silo.Hosting;

internal static class ClusterExtensions
{
    /// <summary>Membership and reminders in PostgreSQL; loopback only where the advertised address is loopback.</summary>
    public static ISiloBuilder AddCluster(this ISiloBuilder silo, IConfiguration configuration, IHostEnvironment environment)
    {
        var member = configuration.GetSection(ClusterMemberOptions.Section).Get<ClusterMemberOptions>() ?? new ClusterMemberOptions();
        var address = IPAddress.Parse(member.AdvertisedAddress);

        silo.Configure<ClusterOptions>(options =>
        {
            options.ServiceId = ClusterIdentity.ServiceId;
            options.ClusterId = member.ClusterId;
        });
        silo.Configure<SiloOptions>(options => options.SiloName = member.SiloName.Length > 0
            ? member.SiloName
            : string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{member.SiloPort}"));
        silo.ConfigureEndpoints(address, member.SiloPort, member.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = member.ProbeTimeout;
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
        silo.UseAdoNetReminderService(options => options.Configure<NpgsqlDataSource>((reminders, database) =>
        {
            reminders.Invariant = "Npgsql";
            reminders.DataSource = database;
        }));
        if (configuration.HasTraceCollector())
            silo.AddActivityPropagation();
        return silo;
    }
}
