namespace BktSmart.StandingOrders;

/// <summary>Whether a standing order pays. The numbers are stored.</summary>
public enum StandingOrderState
{
    Active = 1,

    /// <summary>Nothing falls due until the customer resumes it.</summary>
    Paused = 2,

    /// <summary>By the customer, for good.</summary>
    Cancelled = 3,

    /// <summary>All of its dates have come, and no payment of it is due any more.</summary>
    Completed = 4,
}
