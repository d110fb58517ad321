namespace BktSmart.Authentication;

/// <summary>What an FNP confirms of a standing order, as the SMS names it. The numbers are stored.</summary>
public enum FnpOrder
{
    /// <summary>A new one.</summary>
    Once = 1,
    Weekly = 2,
    Monthly = 3,
    Change = 4,
    Resumption = 5,
    Cancellation = 6,

    /// <summary>Another attempt of a payment of it.</summary>
    Retry = 7,
}
