using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// How old a balance may be that is shown without asking the database. A silo that is alone books everything itself and sees every booking
/// at once, so what it has seen since then is as good as the database; among several, another one may have booked meanwhile.
/// </summary>
internal sealed class BalanceAge(DeadSiloFence fence, IOptions<LedgerOptions> options)
{
    /// <summary>Whether a state that was seen at a timestamp may be shown.</summary>
    public bool IsYoungEnough(long seenAt) => seenAt >= fence.AloneSince || Stopwatch.GetElapsedTime(seenAt) <= options.Value.BalanceAgeMax;
}
