namespace BktSmart.BusinessDay;

/// <summary>What staff do to a day of the calendar. The numbers are stored, and travel between programs.</summary>
public enum CalendarAction
{
    /// <summary>The bank does not work on a day of work, by a decision of the government.</summary>
    DayOff = 1,

    /// <summary>The bank works on a day off: in exchange for another one, or because a holiday was taken back.</summary>
    WorkedDay = 2,

    /// <summary>A holiday that goes by the moon was announced: for the estimated day, or for another one.</summary>
    Announcement = 3,

    /// <summary>A change was taken back: the day is again as its weekday says.</summary>
    TakenBack = 4,
}
