namespace BktSmart.Ledger;

/// <summary>How the short way ended.</summary>
internal enum ShortWay
{
    /// <summary>All orders are decided.</summary>
    Posted,

    /// <summary>Those without a decision must go the long way.</summary>
    NotFit,

    /// <summary>Nothing was written, because another silo moved an account of the batch.</summary>
    Conflict,
}
