using BktSmart.BusinessDay;

namespace BktSmart.StandingOrders;

/// <summary>On which days standing orders are due, and when they are tried: pure functions.</summary>
internal static class StandingOrderRules
{
    /// <summary>Why no customer may order by this schedule today; null when one may.</summary>
    public static Refusal? Refuse(StandingOrderSchedule schedule, DateOnly today, BankCalendar calendar)
    {
        if (schedule.FirstDate <= today)
            return new Refusal(Reason.FirstDateTooEarly, "schedule.first_date");
        if (EndRefusal(schedule) is { } wrong)
            return wrong;
        if (calendar.IsBusinessDay(schedule.FirstDate) is null)
            return new Refusal(Reason.CalendarMissing, "schedule.first_date");
        return Next(schedule, 0, 0, calendar) switch
        {
            { DueOn: { } due } when due <= today => new Refusal(Reason.FirstDateTooEarly, "schedule.first_date"),
            { DueOn: null, Ended: false } when !IsNeverDue(schedule) => new Refusal(Reason.CalendarMissing, "schedule.first_date"),
            { DueOn: null } => new Refusal(Reason.NeverDue, "schedule"),
            _ => null,
        };
    }

    /// <summary>Whether no calendar, however far it reaches, has a day for it.</summary>
    private static bool IsNeverDue(StandingOrderSchedule schedule) => schedule is
    {
        Frequency: StandingOrderFrequency.Weekly, DayRule: NonBusinessDayRule.Skip,
        FirstDate.DayOfWeek: DayOfWeek.Saturday or DayOfWeek.Sunday,
    };

    /// <summary>Whether the end of a schedule makes sense, whatever the day.</summary>
    public static Refusal? EndRefusal(StandingOrderSchedule schedule) =>
        schedule.EndDate < schedule.FirstDate ? new Refusal(Reason.EndDateInvalid, "schedule.end_date") : null;

    /// <summary>The first date from a place on, on which a payment is due.</summary>
    /// <param name="made">Payments that have fallen due.</param>
    public static NextDate Next(StandingOrderSchedule schedule, int place, int made, BankCalendar calendar)
    {
        for (; ; place++)
        {
            if (made >= schedule.PaymentsMax || DateAt(schedule, place) is not { } date || date > schedule.EndDate)
                return new NextDate(place, null, true);
            if (calendar.IsBusinessDay(date) is not { } works)
                return new NextDate(place, null, false);
            if (works || schedule.DayRule == NonBusinessDayRule.SameDay)
                return new NextDate(place, date, false);
            var moved = schedule.DayRule switch
            {
                NonBusinessDayRule.After => calendar.NextBusinessDay(date),
                NonBusinessDayRule.Before => calendar.PreviousBusinessDay(date),
                _ => null,
            };
            if (schedule.DayRule != NonBusinessDayRule.Skip)
                return new NextDate(place, moved, false);
        }
    }

    /// <summary>The first that is due on a day or later: what came before it is left out.</summary>
    public static NextDate NextFrom(StandingOrderSchedule schedule, int place, int made, DateOnly day, BankCalendar calendar)
    {
        var next = Next(schedule, place, made, calendar);
        while (next.DueOn < day)
            next = Next(schedule, next.Place + 1, made, calendar);
        return next;
    }

    /// <summary>Those from a place on that are due up to a day.</summary>
    public static IEnumerable<DateOnly> Upcoming(StandingOrderSchedule schedule, int place, int made, DateOnly until, BankCalendar calendar)
    {
        for (var next = Next(schedule, place, made, calendar); next.DueOn is { } due && due <= until;
            next = Next(schedule, next.Place + 1, ++made, calendar))
            yield return due;
    }

    /// <summary>A date of the schedule, whether or not it is a business day; null where it has none.</summary>
    /// <param name="place">From 0.</param>
    public static DateOnly? DateAt(StandingOrderSchedule schedule, int place) => schedule.Frequency switch
    {
        // Each from the first, so that the 31st comes back behind a short month.
        StandingOrderFrequency.Weekly => schedule.FirstDate.AddDays(7 * place),
        StandingOrderFrequency.Monthly => schedule.FirstDate.AddMonths(place),
        _ => place == 0 ? schedule.FirstDate : null,
    };

    /// <summary>When a payment is tried first: on its day, or, where that has passed, at once.</summary>
    public static DateTimeOffset FirstAttempt(DateOnly dueOn, StandingOrderOptions options) =>
        BankTime.At(dueOn, options.FirstAttemptAt);

    /// <summary>When one that was refused is tried again on the same day, in Tirana; null where it was the last time.</summary>
    public static DateTimeOffset? NextAttempt(DateTimeOffset now, StandingOrderOptions options)
    {
        var today = BankTime.DateOf(now);
        for (var i = 1; i < options.AttemptsMax; i++)
        {
            var at = BankTime.At(today, options.FirstAttemptAt + i * options.AttemptInterval);
            if (at > now)
                return at;
        }

        return null;
    }

    /// <summary>Whether the customer may still try a payment again that failed.</summary>
    public static bool MayRetry(DateOnly dueOn, DateOnly today, StandingOrderOptions options) =>
        today <= dueOn.AddDays(options.RetryFor.Days);

    /// <summary>Whether a refusal can turn within the day: money may come in, and a limit may be raised.</summary>
    public static bool MayTurn(Reason refused) =>
        refused is Reason.InsufficientFunds or Reason.DailyLimitExceeded or Reason.MonthlyLimitExceeded or Reason.PaymentLimitExceeded;

    /// <summary>Why an order must not go on after a refusal; null where the next payment may fare better.</summary>
    public static StandingOrderPauseCause? PauseCauseOf(Reason refused) => refused switch
    {
        Reason.PayeeCannotReceive => StandingOrderPauseCause.PayeeCannotReceive,
        Reason.AccountFrozen => StandingOrderPauseCause.AccountFrozen,
        Reason.AccountClosed => StandingOrderPauseCause.AccountClosed,
        _ => null,
    };
}
