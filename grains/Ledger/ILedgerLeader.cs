using BktSmart.Answers;
using Orleans.Services;

namespace BktSmart.Ledger;

/// <summary>
/// The silo that books for the whole cluster, as the others see it. Any silo may book at any time, and the fences of the database keep that right; but silos that book at the same time meet on
/// the same accounts and wait for each other's locks, so one does it for all as long as it answers.
/// </summary>
[Alias("bktsmart.ILedgerLeader")]
internal interface ILedgerLeader : IGrainService
{
    /// <summary>Posts orders as if they had been given to the leader itself; the answer comes when all of them have theirs. When it fails, the outcome of all is unknown.</summary>
    /// <param name="build">Of the caller's program. Another build may decide otherwise, or not know all that an order says.</param>
    /// <returns>In the order of the orders; null if none was taken, because the leader is of another build.</returns>
    [Alias("Post")]
    Task<LeaderAnswer[]?> Post(Guid build, TransferOrder[] orders);
}

/// <summary>How an order fared at the leader: one of the three.</summary>
/// <param name="Recorded">What is recorded under its id.</param>
/// <param name="Refusal">A refusal that leaves no record.</param>
/// <param name="IsDefect">The database cannot take the order.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LeaderAnswer")]
internal readonly record struct LeaderAnswer([property: Id(0)] RecordedTransfer? Recorded, [property: Id(1)] Refusal? Refusal, [property: Id(2)] bool IsDefect);

/// <summary>Who leads.</summary>
internal interface ILedgerLeadership
{
    /// <summary>The silo to hand orders over to; null when this one books itself. Not for several threads at a time.</summary>
    ILedgerLeader? Leader { get; }
}
