namespace BktSmart.BusinessDay;

/// <summary>The bank's date as it stands.</summary>
/// <param name="BusinessDate">That bookings have now.</param>
/// <param name="OpenedAt">When the end-of-day before started; null for the first date of the bank.</param>
/// <param name="EndOfDayFrom">From when on this date can be ended.</param>
/// <param name="NextDates">The dates after it, in their order; none where the calendar does not reach.</param>
/// <param name="Ending">Dates before it whose end-of-day is still under way, in their order.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.DayStanding")]
public sealed record DayStanding(
    [property: Id(0)] DateOnly BusinessDate, [property: Id(1)] DateTimeOffset? OpenedAt, [property: Id(2)] DateTimeOffset EndOfDayFrom,
    [property: Id(3)] IReadOnlyList<DateOnly> NextDates, [property: Id(4)] IReadOnlyList<DateOnly> Ending,
    [property: Id(5)] BusinessDayPhase Phase)
{
    /// <summary>Of the bank's days, by its IANA name.</summary>
    public const string TimeZone = "Europe/Tirane";
}
