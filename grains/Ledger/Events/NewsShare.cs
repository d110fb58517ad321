using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// What deliveries of news may take while payments take all that the silo has: each of their statements rests after it ran, so that it has
/// its share of the time and no more.
/// </summary>
internal sealed class NewsShare(Func<bool> paymentsWait, IOptions<LedgerEventOptions> options)
{
    public bool PaymentsWait => paymentsWait();

    /// <summary>How long a statement rests that took so long.</summary>
    public TimeSpan RestAfter(TimeSpan took) => paymentsWait() ? took * (1 / options.Value.ShareUnderLoad - 1) : TimeSpan.Zero;
}
