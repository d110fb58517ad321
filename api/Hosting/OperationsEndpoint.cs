using BktSmart.Authentication;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Mvc;

namespace BktSmart.Hosting;

/// <summary>Health, metrics and reflection for the operators; in development reflection for everybody.</summary>
internal static class OperationsEndpoint
{
    private static readonly ForAudience ForOperators = new(Audience.Operators);

    public static void AddOperationsEndpoint(this WebApplicationBuilder builder) => builder.Services.AddGrpcReflection();

    public static void MapOperations(this WebApplication app)
    {
        // Live says that the process answers, without a look at anything else: a restart does not bring back the cluster.
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithMetadata(ForOperators);
        app.MapHealthChecks("/health/ready").WithMetadata(ForOperators);
        app.MapGet(
            "/.well-known/jwks.json",
            ([FromServices] CustomerTokenKeys keys) =>
                keys.Available
                ? Results.Text(keys.Current.Json, "application/jwk-set+json")
                : Results.StatusCode(StatusCodes.Status503ServiceUnavailable))
            .WithMetadata(ForOperators);
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(ForOperators);
        app.MapGrpcHealthChecksService().WithMetadata(ForOperators);
        app.MapGrpcReflectionService().WithMetadata(
            app.Environment.IsDevelopment() ? new ForAudience(Audience.Everybody) : ForOperators);
    }
}
