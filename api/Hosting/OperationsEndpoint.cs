using BktSmart.Authentication;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BktSmart.Hosting;

/// <summary>
/// Health and metrics for the operators, on an endpoint of their own that the internet does not reach, and only there. A connection is
/// marked where it is accepted; host names and ports of a request are the caller's words and decide nothing.
/// </summary>
internal static class OperationsEndpoint
{
    private const string Name = "Operations";

    public static void AddOperationsEndpoint(this WebApplicationBuilder builder) =>
        builder.Services.Configure<KestrelServerOptions>(options =>
        options.ConfigurationLoader!.Endpoint(Name, endpoint => endpoint.ListenOptions.Use(next => connection =>
        {
            connection.Features.Set(OperationsMark.Instance);
            return next(connection);
        })));

    public static void KeepOperationsApart(this WebApplication app)
    {
        app.UseRouting();
        app.Use((context, next) =>
        {
            var arrivedThere = context.Features.Get<OperationsMark>() is not null;
            var belongsThere = context.GetEndpoint()?.Metadata.GetMetadata<OperationsMark>() is not null;
            if (arrivedThere == belongsThere)
                return next(context);

            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    public static void MapOperations(this WebApplication app)
    {
        // Live says that the process answers, without a look at anything else: a restart does not bring back the cluster.
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithMetadata(OperationsMark.Instance);
        app.MapHealthChecks("/health/ready").WithMetadata(OperationsMark.Instance);
        app.MapGet(
            "/.well-known/jwks.json",
            ([FromServices] CustomerTokenKeys keys) =>
                keys.Available
                ? Results.Text(keys.Current.Json, "application/jwk-set+json")
                : Results.StatusCode(StatusCodes.Status503ServiceUnavailable))
            .WithMetadata(OperationsMark.Instance);
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(OperationsMark.Instance);
    }

    private sealed class OperationsMark
    {
        public static readonly OperationsMark Instance = new();
    }
}
