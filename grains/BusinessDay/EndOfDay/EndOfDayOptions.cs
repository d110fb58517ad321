using System.ComponentModel.DataAnnotations;

namespace BktSmart.BusinessDay;

/// <summary>How end-of-day goes through a date that has ended. Section <c>EndOfDay</c>.</summary>
public sealed class EndOfDayOptions
{
    public const string Section = "EndOfDay";

    /// <summary>How often a silo looks whether there is something to do. 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Accounts of one part. 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int AccountsAtOnce { get; set; } = 2_000;

    /// <summary>Batches of one part. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int BatchesAtOnce { get; set; } = 200;

    /// <summary>After each part, for as long as it took times this: what is left of the database is for customers. 0 to 100.</summary>
    [Range(0.0, 100.0)]
    public double Rest { get; set; } = 4;

    /// <summary>How long other silos leave a step alone after each part. 10 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After which a step that set something aside begins again by itself. 1 min to 7 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromHours(1);
}
