namespace BktSmart.StandingOrders;

/// <summary>How often a standing order pays. The numbers are stored.</summary>
public enum StandingOrderFrequency
{
    /// <summary>On its first date only: a scheduled payment.</summary>
    Once = 1,

    /// <summary>Every seven days.</summary>
    Weekly = 2,

    /// <summary>On the day of the first date, or on the last of a month that is shorter.</summary>
    Monthly = 3,
}
