namespace BktSmart.Ledger;

/// <summary>Rows of a queue all of whose events were delivered.</summary>
internal readonly record struct DeliveredEvents(short Queue, long[] EventIds);
