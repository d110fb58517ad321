using System.Diagnostics;
using BktSmart.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.BusinessDay;

/// <summary>
/// Goes through the dates that have ended, one by one, step by step. Every silo looks, and one works: the steps, and how far each is, are
/// in the database.
/// </summary>
internal sealed partial class EndOfDayRunner(
    EndOfDayStore store, IEnumerable<IEndOfDayWork> works, LedgerIdentity identity, IOptions<EndOfDayOptions> options,
    [BankClock] TimeProvider clock, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<EndOfDayRunner> logger)
    : RepeatedWork(time)
{
    private readonly Dictionary<EndOfDayStep, IEndOfDayWork> _works = works.ToDictionary(work => work.Step);

    protected override TimeSpan Interval => options.Value.Interval;

    protected override double Rest => options.Value.Rest;

    /// <summary>Does one part of one step; whether there is more to do at once.</summary>
    public async Task<bool> DoPartAsync(CancellationToken cancellationToken)
    {
        var (underWaySince, findings) = await store.ReadStandingAsync(cancellationToken);
        EndOfDayMetrics.Record(underWaySince, findings, clock);
        await store.PlanAsync(_works.Keys, cancellationToken);
        if (await store.TakeStepAsync(identity.Silo, _works.Keys, options.Value.Lease, cancellationToken) is not { } step)
            return await store.RestartAsync(options.Value.RetryInterval, cancellationToken) > 0;

        var started = Stopwatch.GetTimestamp();
        await _works[step.Step].DoPartAsync(step, cancellationToken);
        EndOfDayMetrics.Record(step.Step, Stopwatch.GetElapsedTime(started));
        return true;
    }

    protected override Task<bool> WorkAsync(CancellationToken cancellationToken) => DoPartAsync(cancellationToken);

    [LoggerMessage(7005, LogLevel.Error, "End of day could not go on; the next round tries again")]
    protected override partial void LogFailed(Exception exception);
}
