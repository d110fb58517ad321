using Orleans.Services;

namespace BktSmart.Ledger;

/// <summary>
/// The silo that books for the whole cluster, as the others see it. Any silo may book at any time, and the fences of the database keep that
/// right; but silos that book at the same time meet on the same accounts and wait for each other's locks, so one does it for all as long as
/// it answers.
/// </summary>
[Alias("bktsmart.ILedgerLeader")]
internal interface ILedgerLeader : IGrainService
{
    /// <summary>
    /// Posts orders as if they had been given to the leader itself; the answer comes when all of them have theirs. When it fails, the
    /// outcome of all is unknown.
    /// </summary>
    /// <param name="rulebook">Of the caller. A leader with another one may decide otherwise, or not know all that an order says.</param>
    /// <returns>In the order of the orders; null if none was taken, because the leader has another rulebook or stops.</returns>
    [Alias("Post")]
    Task<LeaderAnswer[]?> Post(Guid rulebook, TransferOrder[] orders);
}
