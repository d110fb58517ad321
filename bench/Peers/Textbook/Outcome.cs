namespace BktSmart.Bench.Peers.Textbook;

/// <param name="Booked">False where the debtor's funds do not suffice; nothing is written then.</param>
internal sealed record Outcome(bool Booked, long SequenceNumber, long BalanceAfterMinor, DateTime BookedAt, DateOnly BusinessDate);
