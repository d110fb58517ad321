namespace BktSmart.BusinessDay;

/// <summary>What a change of the calendar depends on.</summary>
/// <param name="BusinessDate">That is open.</param>
/// <param name="Years">That are known.</param>
/// <param name="Days">The days around the change that are not as their weekday says, or were changed by staff.</param>
/// <param name="Before">The days that were changed, as they were; null where nothing is changed.</param>
internal sealed record CalendarUnderChange(
    DateOnly BusinessDate, IReadOnlySet<int> Years, IReadOnlyDictionary<DateOnly, CalendarDay> Days,
    IReadOnlyList<CalendarDay>? Before = null)
{
    public bool Works(DateOnly day) => Days.TryGetValue(day, out var known) ? known.Works : !AlbanianHolidays.IsWeekend(day);
}
