namespace BktSmart.StandingOrders;

/// <summary>When a payment is due whose date is not a business day. The numbers are stored.</summary>
public enum NonBusinessDayRule
{
    /// <summary>On the next business day.</summary>
    After = 1,

    /// <summary>On the business day before.</summary>
    Before = 2,

    /// <summary>On that day all the same.</summary>
    SameDay = 3,

    /// <summary>Not at all; it does not count as a payment.</summary>
    Skip = 4,
}
