using System.ComponentModel.DataAnnotations;

namespace BktSmart.Ledger;

/// <summary>How the events of the ledger are read for the streams. Section <c>LedgerEvents</c>.</summary>
public sealed class LedgerEventOptions
{
    public const string Section = "LedgerEvents";

    /// <summary>
    /// How long a read waits for a commit before it comes back empty. It also delays the acknowledgement of what was read before, so a long
    /// wait means more repeated deliveries after a crash. 1 ms to 1 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan Wait { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Least time between two reads of a silo, for all its queues. The first event after a pause is read at once; those that follow it
    /// closely are read together. Not above 1 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan ReadInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Least time between two statements with which the inboxes of a silo look up what was delivered to them, or store it, or with which it
    /// is deleted as delivered. The first after a pause begins at once. Not above 1 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan DeliveryInterval { get; set; } = TimeSpan.FromMilliseconds(25);

    /// <summary>How often a queue is read without a signal, for what a lost signal left behind. 10 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Rows that one read takes from each of a queue's two lanes, at most; a row holds the accounts of one batch in one queue. 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int RowsMax { get; set; } = 256;

    /// <summary>
    /// Up to which age news give way while payments take all that the silo has; older ones take their share. 0 to 1 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan AgeTarget { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Least time between two notifications of a silo to the others. 1 ms to 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan NotifyInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long an event that did not reach its inbox waits for its next turn; each further wait is twice as long. 10 ms to 1 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RedeliveryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest such wait. 10 ms to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan RedeliveryDelayMax { get; set; } = TimeSpan.FromMinutes(10);
}
