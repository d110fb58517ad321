namespace BktSmart.Ledger;

/// <summary>
/// How an order fared at the leader. With neither it was not settled there, and will not be: the leader lost its database, say.
/// </summary>
/// <param name="Recorded">What is recorded under its id.</param>
/// <param name="Refusal">A refusal that leaves no record.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LeaderAnswer")]
internal readonly record struct LeaderAnswer([property: Id(0)] RecordedTransfer? Recorded, [property: Id(1)] Refusal? Refusal);
