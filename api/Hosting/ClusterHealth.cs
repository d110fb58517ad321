using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BktSmart.Hosting;

/// <summary>Ready means: the cluster answers, and this host is not on its way out.</summary>
internal sealed class ClusterHealth(ClusterProbe probe, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("stopping")
        : probe.ClusterAnswers ? HealthCheckResult.Healthy()
        : HealthCheckResult.Unhealthy("the cluster does not answer"));
}
