namespace BktSmart.Ledger;

/// <summary>Asks for the oldest rows of a queue, of each of its lanes, without those that are named.</summary>
internal readonly record struct EventQuestion(short Queue, long[] Except, int RowsMax);
