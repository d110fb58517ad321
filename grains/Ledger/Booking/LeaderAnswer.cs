namespace BktSmart.Ledger;

/// <summary>
/// How an order fared at the leader. With neither its fate is not known there, and the leader is done with it: it lost its database, say.
/// </summary>
/// <param name="Recorded">What is recorded under its id.</param>
/// <param name="Refusal">
/// A refusal that leaves no record. <see cref="Reason.Unavailable"/>: the leader could not book it, and wrote nothing of it.
/// </param>
[GenerateSerializer, Immutable, Alias("bktsmart.LeaderAnswer")]
internal readonly record struct LeaderAnswer([property: Id(0)] RecordedTransfer? Recorded, [property: Id(1)] Refusal? Refusal)
{
    /// <summary>Whether another silo may fare better with the order.</summary>
    public bool IsOpen => Recorded is null && Refusal is null or { Reason: Reason.Unavailable };
}
