namespace BktSmart.Ledger;

/// <summary>A batch that is committed.</summary>
/// <param name="Decisions">In the order of the orders; open for one that must go the long way.</param>
/// <param name="EventQueues">The queues that have new events, as bits.</param>
internal sealed record PostedBatch(IReadOnlyList<Decision> Decisions, int EventQueues);
