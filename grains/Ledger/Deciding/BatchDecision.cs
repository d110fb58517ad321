namespace BktSmart.Ledger;

/// <summary>What a batch comes to. <see cref="New"/> is what must be written; decisions are in the order of the orders.</summary>
internal sealed record BatchDecision(IReadOnlyList<Decision> Decisions, IReadOnlyList<RecordedTransfer> New);
