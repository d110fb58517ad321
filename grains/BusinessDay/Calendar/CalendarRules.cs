namespace BktSmart.BusinessDay;

/// <summary>Which changes of the calendar staff may make, and what becomes of its days: pure functions.</summary>
internal static class CalendarRules
{
    /// <summary>The days on each side of a change that it may touch: where a holiday goes, and what that moves.</summary>
    public const int DaysAround = 2 * AnnouncedWithin;

    /// <summary>By the moon, an estimate is wrong by a day or two.</summary>
    private const int AnnouncedWithin = 7;

    /// <summary>
    /// The days as the change makes them. A day can be changed as long as neither the business date nor the clock has reached it: bookings
    /// have the one, and what was due on the other has been paid.
    /// </summary>
    /// <param name="today">In Tirana.</param>
    public static Result<CalendarDays> Reckon(CalendarCommand command, CalendarUnderChange calendar, DateOnly today)
    {
        var day = command.Day;
        if (Closed(day) is { } closed)
            return new Refusal(closed, "date");
        var known = calendar.Days.GetValueOrDefault(day);
        switch (command.Action)
        {
            case CalendarAction.DayOff:
                return calendar.Works(day) ? One(false, command.Name!) : Unchanged();
            case CalendarAction.WorkedDay:
                return calendar.Works(day) ? Unchanged() : One(true, command.Name!);
            case CalendarAction.TakenBack:
                if (known?.Entry is null)
                    return new Refusal(Reason.CalendarDayNotEntered, "date");
                return calendar.Works(day) == AlbanianHolidays.IsWeekend(day) ? One(!known.Works, known.Name) : Unchanged();
            case CalendarAction.Announcement:
                return Announce(known, command.AnnouncedOn!.Value);
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }

        Result<CalendarDays> Announce(CalendarDay? estimated, DateOnly announced)
        {
            if (estimated is not { IsEstimate: true, Works: false })
                return new Refusal(Reason.HolidayNotEstimated, "date");
            if (Math.Abs(announced.DayNumber - day.DayNumber) > AnnouncedWithin)
                return new Refusal(Reason.AnnouncedDateInvalid, "announcement.date");
            if (AlbanianHolidays.Announce(day, announced) is not { } changes)
                return new Refusal(Reason.HolidayNotEstimated, "date");
            foreach (var (holiday, _) in changes)
            {
                if (Closed(holiday.Day) is { } reason)
                    return new Refusal(reason, "announcement.date");
                // What the bank decided for a day of its own is not overwritten by the way.
                if (calendar.Days.GetValueOrDefault(holiday.Day)?.Entry is not null)
                    return new Refusal(Reason.CalendarDayEntered, "announcement.date");
            }

            return new CalendarDays([.. changes.Select(change => Of(change.Holiday.Day, !change.IsOff, change.Holiday.Name))]);
        }

        Reason? Closed(DateOnly one) =>
            one <= calendar.BusinessDate || one <= today ? Reason.CalendarDayPassed
            : !calendar.Years.Contains(one.Year) ? Reason.CalendarMissing
            : null;

        CalendarDays One(bool works, string name) => new([Of(day, works, name)]);

        CalendarDay Of(DateOnly one, bool works, string name) => new(one, works, name, command.Source, IsEstimate: false);

        static Refusal Unchanged() => new(Reason.CalendarDayUnchanged, "date");
    }

    /// <summary>Some days on, or back; at the end of what dates can say, that end.</summary>
    public static DateOnly Shift(DateOnly day, int days) =>
        DateOnly.FromDayNumber(Math.Clamp(day.DayNumber + days, DateOnly.MinValue.DayNumber, DateOnly.MaxValue.DayNumber));
}
