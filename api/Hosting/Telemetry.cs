using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BktSmart.Hosting;

/// <summary>Metrics for Prometheus always; metrics and traces over OTLP where the standard variable says where to.</summary>
internal static class Telemetry
{
    /// <summary>The name under which the bank measures, here as in silos.</summary>
    public const string MeterName = "BktSmart";

    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("bktsmart-api"))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("Microsoft.Orleans", MeterName)
                .AddPrometheusExporter());

        if (string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]))
            return;
        telemetry
            .WithTracing(traces => traces
                .AddAspNetCoreInstrumentation()
                .AddSource("Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime")
                .AddProcessor(new TraceRedaction()))
            .UseOtlpExporter();
    }
}
