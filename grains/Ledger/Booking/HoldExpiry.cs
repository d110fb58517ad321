using System.Security.Cryptography;
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
    LedgerStore store, LedgerWriter writer, IOptions<LedgerOptions> options, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time,
    ILogger<HoldExpiry> logger)
    : RepeatedWork(time)
{
    protected override TimeSpan Interval => options.Value.HoldExpiryInterval;

    /// <summary>Ends what is over now and gives the number of holds that it found.</summary>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        var holds = await store.ListExpiredHoldsAsync(options.Value.HoldExpiryCountMax, cancellationToken);
        var decisions = new List<Task<Decision>>(holds.Count);
        foreach (var id in holds)
        {
            if (await store.FindAsync(id, cancellationToken) is { Order: var hold })
                decisions.Add(EndAsync(hold));
        }

        await Task.WhenAll(decisions);
        return holds.Count;
    }

    /// <summary>
    /// Somebody may have used the id that follows from the hold for an order of their own; then any other id ends the hold, which still
    /// ends once.
    /// </summary>
    private async Task<Decision> EndAsync(TransferOrder hold)
    {
        var order = new TransferOrder(
            IdOf(hold.Id), TransferKind.HoldExpiry, hold.DebitAccountId, hold.CreditAccountId, hold.Amount, "",
            null) { RelatedId = hold.Id };
        var decision = await writer.PostAsync(order);
        return decision.Refusal?.Reason == Reason.TransferIdReused
            ? await writer.PostAsync(order with { Id = new TransferId(Guid.CreateVersion7()) })
            : decision;
    }

    /// <summary>The id of the transfer that ends a hold: a UUID of version 8, from the hold's.</summary>
    public static TransferId IdOf(TransferId hold)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. "hold expiry"u8, .. hold.Value.ToByteArray(bigEndian: true)], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new TransferId(new Guid(hash[..16], bigEndian: true));
    }

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken) =>
        await ExpireAsync(cancellationToken) == options.Value.HoldExpiryCountMax;

    [LoggerMessage(1201, LogLevel.Error, "Holds could not be ended; the next look will find them again")]
    protected override partial void LogFailed(Exception exception);
}
