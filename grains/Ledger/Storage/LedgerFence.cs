namespace BktSmart.Ledger;

/// <summary>Why the database refused to write a batch. Nothing of it was written.</summary>
internal enum LedgerFence
{
    /// <summary>The business date is another one than that of the decision.</summary>
    BusinessDateChanged,

    /// <summary>An account is not at the version that the batch was decided from.</summary>
    AccountChanged,

    /// <summary>The day of the booking time in Tirana is another one than that of the decision.</summary>
    DayChanged,

    /// <summary>An id of the batch is decided already.</summary>
    TransferDecided,

    /// <summary>The last moment of an order of the batch has passed.</summary>
    OrderTooLate,

    /// <summary>The cluster has declared this silo dead: it books nothing any more.</summary>
    SiloEnded,
}
