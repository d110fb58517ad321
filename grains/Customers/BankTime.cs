using NodaTime;

namespace BktSmart.Customers;

/// <summary>The bank's wall clock.</summary>
internal static class BankTime
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Tirane"];

    /// <summary>Today's date in Tirana, summer time included.</summary>
    public static DateOnly Today(TimeProvider time) =>
        Instant.FromDateTimeOffset(time.GetUtcNow()).InZone(Zone).Date.ToDateOnly();
}
