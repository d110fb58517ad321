namespace BktSmart.BusinessDay;

/// <summary>Where the bank is in its day.</summary>
public enum BusinessDayPhase
{
    /// <summary>Bookings have the business date of today, or of an earlier day that has not ended yet.</summary>
    Open = 1,

    /// <summary>End-of-day goes through the date before; bookings have the next one already.</summary>
    EndOfDay = 2,

    /// <summary>Today is over for the bank, or no business day: bookings have a later date.</summary>
    Closed = 3,
}
