namespace BktSmart.StandingOrders;

/// <summary>Why a standing order is paused. The numbers are stored.</summary>
public enum StandingOrderPauseCause
{
    /// <summary>The customer asked for it.</summary>
    Customer = 1,

    PayeeCannotReceive = 2,

    AccountFrozen = 3,

    AccountClosed = 4,

    /// <summary>The customer reported an FNP that was not asked for, and this order is new.</summary>
    FnpReported = 5,

    /// <summary>The contact centre paused it; the customer resumes it.</summary>
    Staff = 6,
}
