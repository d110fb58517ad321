using BktSmart.Errors;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;

namespace BktSmart.Hosting;

/// <summary>
/// Connects to the cluster. The client of Orleans connects when it starts and would hold up everything that starts after it, so it is
/// started in the background: without a silo this host listens, says that it is not ready, and can be stopped.
/// </summary>
internal static partial class ClusterConnection
{
    public static void AddCluster(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<ClusterSettings, ClusterSettings.Validator>(ClusterSettings.Section);
        services.AddOptions<ClusterOptions>().Configure<IOptions<ClusterSettings>>((options, settings) =>
        {
            options.ServiceId = ClusterIdentity.ServiceId;
            options.ClusterId = settings.Value.ClusterId;
        });
        services.AddOptions<GatewayOptions>().Configure<IOptions<ClusterSettings>>(
            (options, settings) => options.GatewayListRefreshPeriod = settings.Value.GatewayRefreshPeriod);
        services.AddOptions<ConnectionOptions>().Configure<IOptions<ClusterSettings>>(
            (options, settings) => options.OpenConnectionTimeout = settings.Value.GatewaySilenceMax);
        services.AddOptions<ClientMessagingOptions>().Configure<IOptions<ClusterSettings>>(
            (options, settings) => options.ResponseTimeout = settings.Value.ResponseTimeout);
        services.AddSingleton<SilentGateways>();
        services.AddSingleton<IGatewayListProvider, GatewayList>();
        services.AddSingleton<IClientConnectionRetryFilter, RetryForEver>();

        var before = services.Count;
        builder.UseOrleansClient(client =>
        {
            if (builder.Configuration.HasTraceCollector())
                client.AddActivityPropagation();
        });
        var start = services.Skip(before).Single(service => service.ServiceType == typeof(IHostedService));
        services.Remove(start);
        EveryGateway.AddTo(services);
        services.AddHostedService(provider => new InBackground(
            (IHostedService)start.ImplementationFactory!(provider),
            provider.GetRequiredService<ClusterState>(),
            provider.GetRequiredService<IHostApplicationLifetime>()));

        services.AddSingleton<ClusterState>();
        services.AddSingleton<ClusterProbe>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterProbe>());
        services.AddHostedService<GatewayWatch>();
        services.AddGrpcHealthChecks().AddCheck<ClusterHealth>("cluster");
    }

    /// <summary>
    /// Waits until everything of the host has started, so that a host that cannot start does not begin with work. False if it never will.
    /// </summary>
    public static async Task<bool> Started(this IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }

    private sealed class InBackground(IHostedService client, ClusterState state, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            if (!await lifetime.Started(stoppingToken))
                return;
            await client.StartAsync(stoppingToken);
            state.Established = true;
        }

        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await base.StopAsync(cancellationToken);
            await client.StopAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Silos may come later than this host, or all be replaced. The pause keeps a crowd of hosts from hammering the first silo that is up.
    /// </summary>
    private sealed partial class RetryForEver(TimeProvider time, ILogger<RetryForEver> logger) : IClientConnectionRetryFilter
    {
        private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(5);

        private int _attempts;

        public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
        {
            // A defect would repeat for ever in silence.
            if (ClusterFaults.Classify(exception) is null)
                LogDefect(exception);
            var seconds = Math.Min(1 << Math.Min(_attempts++, 3), DelayMax.TotalSeconds);
            var delay = TimeSpan.FromSeconds(seconds * (0.5 + Random.Shared.NextDouble() / 2));
            LogNotConnected(exception.GetType().Name, delay);
            await Task.Delay(delay, time, cancellationToken);
            return true;
        }

        [LoggerMessage(5302, LogLevel.Warning, "No silo could be reached ({Error}); next attempt in {Delay}")]
        private partial void LogNotConnected(string error, TimeSpan delay);

        [LoggerMessage(5303, LogLevel.Error, "Connecting to the cluster failed unexpectedly")]
        private partial void LogDefect(Exception exception);
    }
}
