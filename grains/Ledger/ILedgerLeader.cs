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
    /// <param name="rulebook">Of the caller. A leader with another one may decide otherwise, or not know all that an order says.</param>
    /// <returns>In the order of the orders; null if none was taken, because the leader has another rulebook or stops.</returns>
    [Alias("Post")]
    Task<LeaderAnswer[]?> Post(Guid rulebook, TransferOrder[] orders);
}

/// <summary>How an order fared at the leader. With neither it was not settled there, and will not be: the leader lost its database, say.</summary>
/// <param name="Recorded">What is recorded under its id.</param>
/// <param name="Refusal">A refusal that leaves no record.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LeaderAnswer")]
internal readonly record struct LeaderAnswer([property: Id(0)] RecordedTransfer? Recorded, [property: Id(1)] Refusal? Refusal);

/// <summary>Who leads.</summary>
internal interface ILedgerLeadership
{
    /// <summary>The silo to hand orders over to, equal as long as it is the same one; null when this one books itself.</summary>
    ILedgerLeader? Leader { get; }
}
