using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace BktSmart.Hosting;

internal static class ApiTelemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder) => builder.AddTelemetry(
        "bktsmart-api",
        metrics => metrics
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            // Both are counted up and down at every call. What is under way the bank counts anyway (bank.api.call.active,
            // bank.api.stream.active), and where calls wait for the pool, its own queue shows it.
            .AddView("http.server.active_requests", MetricStreamConfiguration.Drop)
            .AddView("kestrel.queued_requests", MetricStreamConfiguration.Drop),
        traces => traces
            .AddAspNetCoreInstrumentation()
            .AddSource("Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime"));
}
