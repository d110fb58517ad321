using NodaTime;

namespace BktSmart.Time;

/// <summary>The bank's wall clock.</summary>
internal static class BankTime
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Tirane"];

    /// <summary>Today's date in Tirana, summer time included.</summary>
    public static DateOnly Today(TimeProvider time) => DateOf(time.GetUtcNow());

    /// <summary>A time of a day in Tirana; one that summer time leaves out is the moment when it begins.</summary>
    public static DateTimeOffset At(DateOnly day, TimeSpan time) =>
        LocalDate.FromDateOnly(day).At(LocalTime.FromTicksSinceMidnight(time.Ticks)).InZoneLeniently(Zone).ToDateTimeOffset();

    /// <summary>The date in Tirana at a moment.</summary>
    public static DateOnly DateOf(DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(Zone).Date.ToDateOnly();
}
