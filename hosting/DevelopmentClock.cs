using System.Globalization;

namespace BktSmart.Hosting;

/// <summary>
/// This machine's clock, moved on by what a file says: a developer sees an evening and a morning of the bank at noon. Only the time of day
/// moves; timers take what they take.
/// </summary>
public sealed class DevelopmentClock(string file) : TimeProvider
{
    /// <summary>How long a change of the file may take to show.</summary>
    private const long LookAgainMs = 50;

    private readonly Lock _looking = new();
    private long _lookAgainAt;
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    /// <summary>How far a bank's clock is ahead of the machine's, by which the database goes: not at all, but in development.</summary>
    public static TimeSpan AheadIn(TimeProvider time) => time is DevelopmentClock clock ? clock.Ahead : TimeSpan.Zero;

    private TimeSpan Ahead
    {
        get
        {
            lock (_looking)
            {
                var now = Environment.TickCount64;
                if (now < _lookAgainAt)
                    return _ahead;
                _lookAgainAt = now + LookAgainMs;
                if (File.Exists(file))
                    _ahead = TimeSpan.ParseExact(File.ReadAllText(file), "c", CultureInfo.InvariantCulture);
                return _ahead;
            }
        }
    }
}
