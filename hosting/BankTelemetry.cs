using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BktSmart.Hosting;

/// <summary>
/// Metrics for Prometheus always; metrics and traces over OTLP where the standard variable says where to; logs without identifiers.
/// </summary>
public static class BankTelemetry
{
    /// <summary>The name of the bank's meter and activity source, in silos and API nodes alike.</summary>
    public const string Name = "BktSmart";

    /// <summary>
    /// Whether anybody takes traces. Without, what makes them and carries them between programs would cost every call for nothing.
    /// </summary>
    public static bool HasTraceCollector(this IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    /// <param name="service">The name of the program in metrics and traces.</param>
    /// <param name="metrics">Adds the meters of the program's own libraries.</param>
    /// <param name="traces">Adds the sources of spans.</param>
    public static void AddTelemetry(
        this WebApplicationBuilder builder, string service, Action<MeterProviderBuilder> metrics, Action<TracerProviderBuilder> traces)
    {
        builder.Services.AddLogRedaction();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service))
            .WithMetrics(meters =>
            {
                metrics(meters.AddMeter(Name, "Microsoft.Orleans").AddRuntimeInstrumentation());
                meters.AddPrometheusExporter();
            });
        if (!builder.Configuration.HasTraceCollector())
            return;
        telemetry
            .WithTracing(tracing =>
            {
                traces(tracing);
                tracing.AddProcessor(new TraceRedaction());
            })
            .UseOtlpExporter();
    }
}
