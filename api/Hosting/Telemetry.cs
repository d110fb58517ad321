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

    /// <summary>Whether anybody takes traces. Without, what makes them and carries them to silos would cost every call for nothing.</summary>
    public static bool HasTraceCollector(this IConfiguration configuration) => !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("bktsmart-api"))
            .WithMetrics(metrics => metrics
                .AddRuntimeInstrumentation()
                .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans", MeterName)
                // Both are counted up and down at every call. What is under way the bank counts anyway (bank.api.call.active, bank.api.stream.active), and where calls wait for the pool, its own queue shows it.
                .AddView("http.server.active_requests", MetricStreamConfiguration.Drop)
                .AddView("kestrel.queued_requests", MetricStreamConfiguration.Drop)
                .AddPrometheusExporter());

        if (!builder.Configuration.HasTraceCollector())
            return;
        telemetry
            .WithTracing(traces => traces
                .AddAspNetCoreInstrumentation()
                .AddSource("Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime")
                .AddProcessor(new TraceRedaction()))
            .UseOtlpExporter();
    }
}
