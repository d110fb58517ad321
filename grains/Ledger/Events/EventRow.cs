namespace BktSmart.Ledger;

/// <summary>A row of <c>bank.event</c>: hints that one transaction left for the customers of a queue.</summary>
internal readonly record struct EventRow(short Lane, long Id);
