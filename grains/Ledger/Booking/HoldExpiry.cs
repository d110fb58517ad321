using BktSmart.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// Ends holds whose time is over. What is open and when it ends is in the database, so a restart forgets nothing, and every silo looks. The
/// id of the transfer that ends a hold follows from the hold, so two silos that end the same one give one order twice; whether somebody was
/// faster, the ledger decides.
/// </summary>
internal sealed partial class HoldExpiry(
    LedgerStore store, LedgerWriter writer, BankKeys keys, IOptions<LedgerOptions> options,
    [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<HoldExpiry> logger)
    : RepeatedWork(time)
{
    protected override TimeSpan Interval => options.Value.HoldExpiryInterval;

    /// <summary>Ends what is over now, and gives the number of holds that are ended.</summary>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        var holds = await store.ListExpiredHoldsAsync(options.Value.HoldExpiryCountMax, cancellationToken);
        var decisions = new List<Task<Decision>>(holds.Count);
        foreach (var id in holds)
        {
            if (await store.FindAsync(id, cancellationToken) is { Order: var hold })
                decisions.Add(writer.PostAsync(ExpiryOf(hold)));
        }

        return (await Task.WhenAll(decisions)).Count(decision => decision.Recorded is not null);
    }

    /// <summary>More may be over at once only where this look has ended as many as it may.</summary>
    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken) =>
        await ExpireAsync(cancellationToken) == options.Value.HoldExpiryCountMax;

    private TransferOrder ExpiryOf(TransferOrder hold) =>
        new(
            new TransferId(keys.FollowingId("hold expiry", hold.Id.Value)), TransferKind.HoldExpiry, hold.DebitAccountId,
            hold.CreditAccountId, hold.Amount, "", Originator.Bank)
        {
            RelatedId = hold.Id,
        };

    [LoggerMessage(1201, LogLevel.Error, "Holds could not be ended; the next look will find them again")]
    protected override partial void LogFailed(Exception exception);
}
