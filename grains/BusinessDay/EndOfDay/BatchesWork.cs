using System.Globalization;
using BktSmart.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.BusinessDay;

/// <summary>
/// Proves the batches, counts what they booked, compares that with what the accounts moved, and notes the heads of the ledger.
/// </summary>
internal sealed partial class BatchesWork(
    EndOfDayStore store, LedgerVerifier verifier, IOptions<EndOfDayOptions> options, ILogger<BatchesWork> logger)
    : IEndOfDayWork
{
    public EndOfDayStep Step => EndOfDayStep.Batches;

    public async Task DoPartAsync(OpenStep step, CancellationToken cancellationToken)
    {
        var until = await store.FindBatchAsync(step.Position, step.LastPosition, options.Value.BatchesAtOnce, cancellationToken);
        if (until is null)
        {
            var heads = await verifier.ReadHeadsAsync(cancellationToken);
            await store.TieTotalsAsync(step.BusinessDate, heads, cancellationToken);
            LogHeads(step.BusinessDate, heads);
            return;
        }

        var broken = new Dictionary<string, string>();
        await ProveAsync(step.BusinessDate, step.Position, until.Value, broken, cancellationToken);
        await store.CountBatchesAsync(step.BusinessDate, step.Position, until.Value, broken, cancellationToken);
    }

    /// <summary>Where something is wrong, halves name the batch.</summary>
    private async Task ProveAsync(
        DateOnly date, long after, long until, Dictionary<string, string> broken, CancellationToken cancellationToken)
    {
        if (await verifier.VerifyBatchesAsync(after, until, date, cancellationToken) is not [var first, ..])
            return;
        if (until - after == 1)
        {
            broken.Add(until.ToString(CultureInfo.InvariantCulture), first);
            return;
        }

        var middle = after + (until - after) / 2;
        await ProveAsync(date, after, middle, broken, cancellationToken);
        await ProveAsync(date, middle, until, broken, cancellationToken);
    }

    [LoggerMessage(7008, LogLevel.Information, "End of day of {BusinessDate} has proven its batches; heads: {Heads}")]
    private partial void LogHeads(DateOnly businessDate, LedgerHeads heads);
}
