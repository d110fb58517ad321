namespace BktSmart.Ledger;

/// <summary>How a batch that was handed over fared.</summary>
internal enum HandOver
{
    Answered,

    /// <summary>The leader took nothing of it.</summary>
    NotTaken,

    /// <summary>The leader gave no answer; it may have the orders still.</summary>
    Unknown,
}
