namespace BktSmart.Ledger;

/// <summary>How the short way ended.</summary>
internal enum ShortWay
{
    Posted,

    /// <summary>
    /// Nothing was written, and no other silo is the reason: an old id came again, the business date changed, or an order needs the long
    /// way.
    /// </summary>
    NotFit,

    /// <summary>Nothing was written, because another silo moved an account of the batch.</summary>
    Conflict,
}
