using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.StandingOrders;

/// <summary>Has standing orders pay when they are due. What is due is in the database, so every silo looks.</summary>
internal sealed partial class StandingOrderClock(
    StandingOrderPayer payer, IOptions<StandingOrderOptions> options,
    [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<StandingOrderClock> logger)
    : RepeatedWork(time)
{
    protected override TimeSpan Interval => options.Value.Interval;

    protected override double Rest => options.Value.Rest;

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var (done, failed) = (0, false);
        // What cannot be done of one holds up none of the others.
        foreach (var step in (Func<CancellationToken, Task<int>>[])[payer.ReckonAsync, payer.MakeDueAsync, payer.PayAsync])
        {
            try
            {
                done += await step(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(exception);
                failed = true;
            }
        }

        return done > 0 && !failed;
    }

    [LoggerMessage(7102, LogLevel.Error, "Standing orders could not be looked after; the next round tries again")]
    protected override partial void LogFailed(Exception exception);
}
