using System.ComponentModel.DataAnnotations;

namespace BktSmart.StandingOrders;

/// <summary>When payments that were ordered in advance are tried. Section <c>StandingOrders</c>.</summary>
public sealed class StandingOrderOptions : IValidatableObject
{
    public const string Section = "StandingOrders";

    /// <summary>The hour of the due day, in Tirana, at which a payment is tried first. 00:00 to 20:00.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "20:00:00")]
    public TimeSpan FirstAttemptAt { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Between the attempts of one day. 15 min to 12 h.</summary>
    [Range(typeof(TimeSpan), "00:15:00", "12:00:00")]
    public TimeSpan AttemptInterval { get; set; } = TimeSpan.FromHours(4);

    /// <summary>Attempts of one day, for want of funds or room in a limit; after the last the payment has failed. 1 to 20.</summary>
    [Range(1, 20)]
    public int AttemptsMax { get; set; } = 4;

    /// <summary>How often a silo looks for payments that are due. 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Payments that a silo has under way at once: their share, where many are due together. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int ConcurrencyMax { get; set; } = 32;

    /// <summary>After each round of many, for as long as it took times this: the database is for customers first. 0 to 100.</summary>
    [Range(0.0, 100.0)]
    public double Rest { get; set; } = 1;

    /// <summary>
    /// How long other silos leave a payment alone that one has taken up, and how long one waits whose outcome is not known. 10 s to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Orders of a customer that are active or paused. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int OrdersMax { get; set; } = 100;

    /// <summary>
    /// When the customer reports an FNP, orders that were confirmed within this time are paused: one of them may be the thief's. 0 to 30 d.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan Probation { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long after its day the customer may try a payment again that failed, in whole days. 1 to 365 d.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromDays(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FirstAttemptAt + (AttemptsMax - 1) * AttemptInterval >= TimeSpan.FromDays(1))
            yield return new ValidationResult(
                "FirstAttemptAt, AttemptInterval and AttemptsMax must leave the last attempt on the same day.",
                [nameof(AttemptsMax), nameof(AttemptInterval), nameof(FirstAttemptAt)]);
    }
}
