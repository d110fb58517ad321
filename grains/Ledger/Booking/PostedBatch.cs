namespace BktSmart.Ledger;

/// <summary>A batch that is committed.</summary>
/// <param name="EventQueues">The queues that have new events, as bits.</param>
internal sealed record PostedBatch(IReadOnlyList<Decision> Decisions, int EventQueues);
