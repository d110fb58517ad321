using BktSmart.Authentication;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BktSmart.Hosting;

/// <summary>
/// Health, metrics and reflection for the operators, on endpoints of their own that the internet does not reach, and only there. A
/// connection is marked where it is accepted; host names and ports of a request are the caller's words and decide nothing.
/// </summary>
internal static class OperationsEndpoint
{
    /// <summary>Without TLS one endpoint speaks HTTP/1.1 or HTTP/2: the second is for gRPC.</summary>
    private static readonly string[] Names = ["Operations", "OperationsGrpc"];

    public static void AddOperationsEndpoint(this WebApplicationBuilder builder)
    {
        builder.Services.AddGrpcReflection();
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            foreach (var name in Names)
            {
                options.ConfigurationLoader!.Endpoint(name, endpoint => endpoint.ListenOptions.Use(next => connection =>
                {
                    connection.Features.Set(OperationsMark.Only);
                    return next(connection);
                }));
            }
        });
    }

    public static void KeepOperationsApart(this WebApplication app)
    {
        app.UseRouting();
        app.Use((context, next) =>
        {
            var arrivedThere = context.Features.Get<OperationsMark>() is not null;
            // Routing takes other spellings of a path for the same. Who limits and admits calls does not.
            if (!arrivedThere && AccessList.Find(context.Request.Path.Value ?? "") is null)
                context.SetEndpoint(null);
            var mark = context.GetEndpoint()?.Metadata.GetMetadata<OperationsMark>();
            if (arrivedThere == mark is not null || mark == OperationsMark.AndCallers)
                return next(context);

            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    public static void MapOperations(this WebApplication app)
    {
        // Live says that the process answers, without a look at anything else: a restart does not bring back the cluster.
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithMetadata(OperationsMark.Only);
        app.MapHealthChecks("/health/ready").WithMetadata(OperationsMark.Only);
        app.MapGet(
            "/.well-known/jwks.json",
            ([FromServices] CustomerTokenKeys keys) =>
                keys.Available
                ? Results.Text(keys.Current.Json, "application/jwk-set+json")
                : Results.StatusCode(StatusCodes.Status503ServiceUnavailable))
            .WithMetadata(OperationsMark.Only);
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(OperationsMark.Only);
        app.MapGrpcHealthChecksService().WithMetadata(OperationsMark.Only);
        app.MapGrpcReflectionService().WithMetadata(
            app.Environment.IsDevelopment() ? OperationsMark.AndCallers : OperationsMark.Only);
    }

    private sealed class OperationsMark
    {
        public static readonly OperationsMark Only = new();
        public static readonly OperationsMark AndCallers = new();
    }
}
