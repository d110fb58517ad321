using BktSmart.Errors;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// Gives each order its last moment, by the clock of the database: what that was when the cluster last told it, plus what has passed since.
/// The answer was on its way for a while, so this is never ahead of it, and a node that was frozen stamps too early and not too late.
/// </summary>
internal sealed class OrderClock(IOptions<OrderOptions> options, TimeProvider time)
{
    private volatile Heard? _heard;

    private sealed record Heard(DateTimeOffset DatabaseTime, long At);

    public void Hear(DateTimeOffset databaseTime) => _heard = new Heard(databaseTime, time.GetTimestamp());

    /// <param name="settleOnly">As the request says.</param>
    public OrderTerms Give(bool settleOnly) => _heard is { } heard
        ? new OrderTerms(heard.DatabaseTime + time.GetElapsedTime(heard.At) + options.Value.Lifetime, settleOnly)
        : throw Refuse.Because(Reason.Unavailable);
}
