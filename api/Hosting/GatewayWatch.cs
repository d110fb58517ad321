using System.Net;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>Asks all gateways, again and again and without waiting for answers, so that one which is silent is known in seconds.</summary>
internal sealed partial class GatewayWatch(
    IGrainFactory grains, SilentGateways gateways, IOptions<ClusterSettings> settings, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<GatewayWatch> logger) : BackgroundService
{
    /// <summary>So often, in the time that a gateway may be silent, each of them is asked.</summary>
    private const int QuestionsEach = 8;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await lifetime.Started(stoppingToken))
            return;
        using var timer = new PeriodicTimer(settings.Value.GatewaySilenceMax / QuestionsEach, time);
        do
        {
            // Calls take the gateways in turn.
            for (var i = 0; i < gateways.Count; i++)
                _ = AskAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task AskAsync(CancellationToken stoppingToken)
    {
        var asked = time.GetTimestamp();
        try
        {
            var gateway = await grains.Gateway().GetAddress().WaitAsync(settings.Value.GatewaySilenceMax, time, stoppingToken);
            gateways.Answered(gateway, asked);
        }
        catch (TimeoutException)
        {
            foreach (var silent in gateways.NotAnswered(asked))
                LogSilent(silent);
        }
        catch (Exception exception)
        {
            // A broken connection needs nobody to find out.
            LogNotAsked(exception.GetType().Name);
        }
    }

    [LoggerMessage(5305, LogLevel.Warning, "The gateway {Gateway} does not answer, and is avoided for a while")]
    private partial void LogSilent(IPEndPoint gateway);

    [LoggerMessage(5306, LogLevel.Debug, "A gateway could not be asked ({Error})")]
    private partial void LogNotAsked(string error);
}
