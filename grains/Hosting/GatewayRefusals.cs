using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BktSmart.Hosting;

/// <summary>Counts what clients of the gateway were refused. A crowd of refusals makes one line of the log a minute.</summary>
internal sealed partial class GatewayRefusals(
    [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<GatewayRefusals> logger)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);
    private static readonly Meter Meter = new(BankTelemetry.Name);
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "bank.gateway.refused", "{message}", "What came through the gateway and is not for clients");

    private readonly Lock _line = new();
    private long? _lastLine;
    private long _sinceLastLine;

    /// <param name="method">Where one was called. It goes into the log, and names nobody.</param>
    public void Add(GatewayRefusal reason, string method = "")
    {
        Refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
        long count;
        lock (_line)
        {
            _sinceLastLine++;
            if (_lastLine is { } last && time.GetElapsedTime(last) < LogInterval)
                return;
            _lastLine = time.GetTimestamp();
            (count, _sinceLastLine) = (_sinceLastLine, 0);
        }

        LogRefused(count, reason, method);
    }

    [LoggerMessage(4002, LogLevel.Warning, "The gateway refused {Count} times since the last such line, now for its {Reason} {Method}")]
    private partial void LogRefused(long count, GatewayRefusal reason, string method);
}
