namespace BktSmart.Bench.Stage;

/// <summary>How late notifications were, counted from the booking of each posting until its notification was stored.</summary>
/// <param name="Postings">Of customers, booked in the time that was looked at.</param>
/// <param name="LeftAtEnd">Those without a notification at the end of that time.</param>
/// <param name="LastSeconds">From that end until the last of their notifications; below zero where none was left.</param>
internal sealed record NewsLag(long Postings, long LeftAtEnd, double P50Ms, double P99Ms, double MaxMs, double LastSeconds);
