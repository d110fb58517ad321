using System.Globalization;
using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Bank;

/// <summary>
/// The clock of a bank on this machine, which can be moved on. Its programs read in a file how far. The database goes by the machine's
/// clock all the same, and stamps bookings and messages with that.
/// </summary>
public sealed class LocalClock : TimeProvider
{
    /// <summary>More at a time is a slip of the pen: the calendar ends soon after.</summary>
    private static readonly TimeSpan MoveMax = TimeSpan.FromDays(366);

    // A program looks at the file again after 50 ms.
    private static readonly TimeSpan Seen = TimeSpan.FromMilliseconds(150);
    private static readonly TimeZoneInfo Tirana = TimeZoneInfo.FindSystemTimeZoneById("Europe/Tirane");

    /// <param name="folder">In which the bank keeps its data.</param>
    public LocalClock(string folder) => Path = $"{folder}/clock";

    /// <summary>The file that the bank's programs look at.</summary>
    public string Path { get; }

    public override TimeZoneInfo LocalTimeZone => Tirana;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    private TimeSpan Ahead => File.Exists(Path)
        ? TimeSpan.ParseExact(File.ReadAllText(Path), "c", CultureInfo.InvariantCulture)
        : TimeSpan.Zero;

    /// <summary>Whether <see cref="Next"/> takes it.</summary>
    public static bool IsTime(string text) => TryParse(text, out _, out _);

    /// <summary>As somebody in Tirana would write it.</summary>
    public static string Describe(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Tirana).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A day and a time in Tirana.</summary>
    public static DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        return new DateTimeOffset(local, Tirana.GetUtcOffset(local));
    }

    /// <summary>
    /// The moment that <c>2026-12-02T06:00</c> means in Tirana, or the next one at which it is <c>20:01</c>; now, if it is.
    /// </summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public DateTimeOffset Next(string text)
    {
        if (!TryParse(text, out var day, out var time))
            throw new FormatException($"'{text}' is no time.");
        var now = GetUtcNow();
        var today = DateOnly.FromDateTime(GetLocalNow().DateTime);
        if (day is null && now - At(today, time) is { Ticks: >= 0 } since && since < TimeSpan.FromMinutes(1))
            return now;
        return At(day ?? (At(today, time) < now ? today.AddDays(1) : today), time);
    }

    /// <summary>Moves it on; running programs see it when this returns.</summary>
    /// <exception cref="LaunchException">That would be back, or more than a year on.</exception>
    public async Task MoveAsync(DateTimeOffset to, CancellationToken cancellationToken = default)
    {
        var ahead = Ahead;
        var now = base.GetUtcNow();
        if (to < now + ahead - Seen)
            throw new LaunchException($"The bank's clock is at {Describe(now + ahead)}, and does not go back to {Describe(to)}.");
        if (to - now - ahead > MoveMax)
            throw new LaunchException($"The bank's clock is at {Describe(now + ahead)}, and goes on by a year at most at a time.");
        var further = to - now > ahead ? to - now : ahead;
        SecretFile.Write(Path, further.ToString("c", CultureInfo.InvariantCulture));
        await Task.Delay(Seen, cancellationToken);
    }

    private static bool TryParse(string text, out DateOnly? day, out TimeOnly time)
    {
        day = null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time))
            return true;
        var whole = DateTime.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment);
        (day, time) = (DateOnly.FromDateTime(moment), TimeOnly.FromDateTime(moment));
        return whole;
    }
}
