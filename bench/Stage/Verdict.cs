namespace BktSmart.Bench.Stage;

/// <summary>Whether a ledger is sound, and how long the proof took.</summary>
internal sealed record Verdict(bool Sound, double Seconds, string Output);
