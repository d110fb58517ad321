using BktSmart.Authentication;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BktSmart.Hosting;

/// <summary>Ready means: the cluster answers, customers are let in, and this host is not on its way out.</summary>
internal sealed class ClusterHealth(ClusterProbe probe, RevokedSessions revoked, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("stopping")
        : !probe.ClusterAnswers ? HealthCheckResult.Unhealthy("the cluster does not answer")
        : !revoked.IsFresh ? HealthCheckResult.Unhealthy("there is no news of ended sessions")
        : HealthCheckResult.Healthy());
}
