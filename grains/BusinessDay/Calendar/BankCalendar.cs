namespace BktSmart.BusinessDay;

/// <summary>Which days the bank works, as far as that is known.</summary>
/// <param name="years">That are loaded.</param>
/// <param name="exceptions">Days that are not as their weekday says, and whether the bank works then.</param>
/// <param name="version">Rises with each change.</param>
/// <param name="estimate">The first day off that is an estimate; null where none is.</param>
internal sealed class BankCalendar(
    IReadOnlySet<int> years, IReadOnlyDictionary<DateOnly, bool> exceptions, long version = 0, DateOnly? estimate = null)
{
    public long Version { get; } = version;

    public DateOnly? FirstEstimate { get; } = estimate;

    /// <summary>Null where the calendar does not reach.</summary>
    public bool? IsBusinessDay(DateOnly day) => years.Contains(day.Year) ? Works(day) : null;

    /// <summary>The last day of work before a day; null where the calendar does not reach.</summary>
    public DateOnly? PreviousBusinessDay(DateOnly before)
    {
        for (var day = before.AddDays(-1); years.Contains(day.Year); day = day.AddDays(-1))
        {
            if (Works(day))
                return day;
        }

        return null;
    }

    /// <summary>The first day of work after a day; null where the calendar does not reach.</summary>
    public DateOnly? NextBusinessDay(DateOnly after)
    {
        for (var day = after.AddDays(1); years.Contains(day.Year); day = day.AddDays(1))
        {
            if (Works(day))
                return day;
        }

        return null;
    }

    /// <summary>Days of work after a day, at most so many; fewer where the calendar does not reach.</summary>
    public IReadOnlyList<DateOnly> NextBusinessDays(DateOnly after, int count)
    {
        var days = new List<DateOnly>(count);
        while (days.Count < count && NextBusinessDay(days.Count == 0 ? after : days[^1]) is { } next)
            days.Add(next);
        return days;
    }

    /// <summary>The last day that is known, of those after a day without a gap; the day itself where its year is not known.</summary>
    public DateOnly EndAfter(DateOnly day)
    {
        var end = day;
        for (var year = day.Year; years.Contains(year); year++)
            end = new DateOnly(year, 12, 31);
        return end;
    }

    private bool Works(DateOnly day) => exceptions.TryGetValue(day, out var works) ? works : !AlbanianHolidays.IsWeekend(day);
}
