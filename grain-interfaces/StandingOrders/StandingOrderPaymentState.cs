namespace BktSmart.StandingOrders;

/// <summary>What became of a payment of a standing order. The numbers are stored.</summary>
public enum StandingOrderPaymentState
{
    /// <summary>It is tried, or will be again today.</summary>
    Due = 1,

    Booked = 2,

    /// <summary>For good, unless the customer tries it again.</summary>
    Failed = 3,

    /// <summary>On a date to come. Not stored.</summary>
    Upcoming = 4,

    /// <summary>
    /// Its order was paused or cancelled, or an FNP reported, before it was booked. It cannot be tried again. Stored as failed and given
    /// up.
    /// </summary>
    GivenUp = 5,
}
