using System.ComponentModel.DataAnnotations;

namespace BktSmart.Ledger;

/// <summary>Limits of the ledger's writer. Section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    public const string Section = "Ledger";

    /// <summary>Transfers in one commit, at most. 1 to 5,000.</summary>
    [Range(1, 5_000)]
    public int BatchSizeMax { get; set; } = 500;

    /// <summary>
    /// Transfers that wait in one silo, its own and those that others handed over to it, at most; what comes above is refused as overload.
    /// 1 to 1,000,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int QueueLengthMax { get; set; } = 2_000;

    /// <summary>
    /// How often a batch whose fate is unknown is posted again under the same ids, before its callers are told that it is. 0 to 100.
    /// </summary>
    [Range(0, 100)]
    public int RetriesMax { get; set; } = 5;

    /// <summary>Wait before the first such retry; doubles with each, up to sixteen times. 1 ms to 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long a batch waits for a lock before the accounts that somebody else holds are set aside. Every order waits as long, once. 50 ms
    /// to 1 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:01")]
    public TimeSpan LockWaitMax { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it is looked whether such accounts are free again. 50 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan HeldAccountInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a stop that must come to its end waits for the answer to a batch that it gave up. 0 to 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:20")]
    public TimeSpan GivenUpWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Accounts whose state a silo remembers. About 300 bytes each. 1,000 to 10,000,000.</summary>
    [Range(1_000, 10_000_000)]
    public int AccountCacheSize { get; set; } = 200_000;

    /// <summary>Outcomes that a silo remembers for callers who ask again. About 500 bytes each. 1,000 to 10,000,000.</summary>
    [Range(1_000, 10_000_000)]
    public int OutcomeCacheSize { get; set; } = 50_000;

    /// <summary>
    /// In a cluster of several silos: how old a balance may be that is shown without asking the database, because another silo may have
    /// moved it. 0 to 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan BalanceAgeMax { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How many batches are decided on locked rows after one was refused because another silo had moved an account: while silos meet on the
    /// same accounts, a lock is cheaper than a second try. 0 to 1,000.
    /// </summary>
    [Range(0, 1_000)]
    public int LockedBatchesAfterConflict { get; set; } = 20;

    /// <summary>
    /// How long a silo waits for the one that books for it, before it books itself. An order that has waited there for as long is not
    /// booked there any more. 100 ms to 20 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:20")]
    public TimeSpan HandOverTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a silo books itself after the one that should do it for all did not, or until another one leads. 0 to 5 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan HandOverPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a silo looks for holds whose time is over. 100 ms to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan HoldExpiryInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Holds that one look ends, at most. 1 to 5,000.</summary>
    [Range(1, 5_000)]
    public int HoldExpiryCountMax { get; set; } = 500;
}
