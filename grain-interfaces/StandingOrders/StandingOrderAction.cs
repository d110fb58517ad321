namespace BktSmart.StandingOrders;

/// <summary>What a customer does with a standing order, besides changing its terms. Each but a pause needs an FNP.</summary>
public enum StandingOrderAction
{
    Pause = 1,

    /// <summary>Dates that have passed meanwhile are left out.</summary>
    Resume = 2,

    Cancel = 3,
}
