using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BktSmart.Ledger;

/// <summary>
/// Lets the poster of a starting silo rehearse a batch, before <see cref="LedgerWriter"/> posts the first. A silo starts without it, too.
/// </summary>
internal sealed partial class LedgerRehearsal(
    LedgerPoster poster, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<LedgerRehearsal> logger)
        : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(LedgerRehearsal), ServiceLifecycleStage.RuntimeStorageServices - 1, RunAsync);

    private async Task RunAsync(CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            await poster.RehearseAsync(either.Token);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            LogNotRehearsed(exception);
        }
    }

    [LoggerMessage(1013, LogLevel.Warning, "A batch could not be rehearsed; the first one will hold its accounts for longer than others")]
    private partial void LogNotRehearsed(Exception exception);
}
