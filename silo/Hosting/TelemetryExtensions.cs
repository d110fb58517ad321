using BktSmart.Hosting;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BktSmart.Silo.Hosting;

internal static class TelemetryExtensions
{
    /// <summary>Whether anybody takes traces. Without, spans would be made for each call and each statement, and thrown away.</summary>
    public static bool HasTraceCollector(this IConfiguration configuration) => !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    /// <summary>Metrics for Prometheus at <c>/metrics</c>; traces by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        if (builder.Environment.IsDevelopment())
            builder.Logging.AddSimpleConsole(options => options.SingleLine = true);
        else
            builder.Logging.AddJsonConsole(options => options.UseUtcTimestamp = true);

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("bktsmart-silo"))
            .WithMetrics(metrics => metrics
                .AddMeter(BankTelemetry.Name, "Microsoft.Orleans", "Npgsql")
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter());
        if (!builder.Configuration.HasTraceCollector())
            return;
        telemetry
            .WithTracing(tracing => tracing
                .AddSource(BankTelemetry.Name, "Microsoft.Orleans.Application")
                .AddProcessor(new TraceRedaction())
                .AddNpgsql())
            .UseOtlpExporter();
    }
}
