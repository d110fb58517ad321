namespace BktSmart.Time;

/// <summary>
/// The clock that paces loops which wait for the database: retries, polls, signals. It is the real one also where a test holds the bank's
/// clock still, and no rule depends on it.
/// </summary>
internal static class BackgroundTime
{
    public const string Key = "background";
}
