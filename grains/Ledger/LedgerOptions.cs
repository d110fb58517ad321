using System.ComponentModel.DataAnnotations;

namespace BktSmart.Ledger;

/// <summary>Limits of the ledger's writer. Section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    public const string Section = "Ledger";

    /// <summary>Transfers in one commit, at most. 1 to 5,000.</summary>
    [Range(1, 5_000)]
    public int BatchSizeMax { get; set; } = 500;

    /// <summary>Transfers that wait in one silo, at most; what comes above is refused as overload. 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueLengthMax { get; set; } = 10_000;

    /// <summary>How often a batch whose fate is unknown is posted again under the same ids, before its callers are told to ask by id. 0 to 100.</summary>
    [Range(0, 100)]
    public int RetriesMax { get; set; } = 5;

    /// <summary>Wait before the first such retry; doubles with each, up to sixteen times. 1 ms to 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);
}
