using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// Accounts whose rows somebody else keeps locked: an operator in the middle of a repair, or a silo that froze between lock and commit. A
/// batch that waits for such a row keeps everybody waiting, so after one lock time-out they are set aside, and orders on them are refused
/// until a look finds them free. What another silo's batch locks in passing is not set aside: a look is two, and counts only what one
/// transaction held throughout. Only the loop of the writer uses it.
/// </summary>
internal sealed partial class HeldAccounts(
    ILedgerDatabase database, IOptions<LedgerOptions> options, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time,
    ILogger<HeldAccounts> logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly HashSet<long> _ids = [];
    private long _lookedAt;

    /// <summary>Looks again for those that are set aside, if that is due.</summary>
    public async ValueTask LookAgainAsync(CancellationToken cancellationToken)
    {
        if (_ids.Count == 0 || time.GetElapsedTime(_lookedAt) < options.Value.HeldAccountInterval)
            return;
        var held = await database.ListHeldAsync(_ids, cancellationToken);
        _lookedAt = time.GetTimestamp();
        _ids.IntersectWith(held.Select(account => account.Id));
        LedgerMetrics.HeldAccounts = _ids.Count;
        if (_ids.Count == 0)
            LogFree();
    }

    /// <summary>Sets aside what is held of some accounts, after a lock time-out.</summary>
    /// <returns>Whether any was.</returns>
    public async Task<bool> SetAsideAsync(long[] accounts, CancellationToken cancellationToken)
    {
        var first = await database.ListHeldAsync(accounts, cancellationToken);
        if (first.Count == 0)
            return false;
        await Task.Delay(BetweenLooks, time, cancellationToken);
        var held = (await database.ListHeldAsync([.. first.Select(account => account.Id)], cancellationToken)).Intersect(first).ToArray();
        _lookedAt = time.GetTimestamp();
        var more = held.Count(account => _ids.Add(account.Id));
        LedgerMetrics.HeldAccounts = _ids.Count;
        if (more > 0)
            LogHeld(more, string.Join(", ", held.Select(account => account.HolderName).Where(name => name.Length > 0).Distinct().Order()));
        return more > 0;
    }

    public bool Has(TransferOrder order) => order.TouchesAny(_ids);

    [LoggerMessage(
        1007, LogLevel.Warning, "{Count} more accounts are locked by somebody else, and orders on them are refused meanwhile: {Holders}")]
    private partial void LogHeld(int count, string holders);

    [LoggerMessage(1008, LogLevel.Information, "All accounts that were locked by somebody else are free again")]
    private partial void LogFree();
}
