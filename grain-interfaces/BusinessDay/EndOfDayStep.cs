namespace BktSmart.BusinessDay;

/// <summary>What end-of-day does once the date has changed, in this order. The numbers are stored.</summary>
public enum EndOfDayStep
{
    /// <summary>Each account that moved ties from its opening to its closing balance.</summary>
    Accounts = 1,

    /// <summary>Each batch is proven, control totals are taken and compared with what the accounts moved, the heads are noted.</summary>
    Batches = 2,

    /// <summary>Each payment of a standing order that was due has its outcome.</summary>
    Payments = 3,
}
