using System.ComponentModel.DataAnnotations;

namespace BktSmart.BusinessDay;

/// <summary>When a business date ends (R13). Section <c>BusinessDay</c>.</summary>
public sealed class BusinessDayOptions : IValidatableObject
{
    public const string Section = "BusinessDay";

    /// <summary>The hour of the business date, in Tirana, from which on it can be ended. 12:00 to 23:30.</summary>
    [Range(typeof(TimeSpan), "12:00:00", "23:30:00")]
    public TimeSpan EndOfDayFrom { get; set; } = TimeSpan.FromHours(20);

    /// <summary>
    /// The hour of the business date, in Tirana, at which it ends by itself; null for only by an operator. Not before <see
    /// cref="EndOfDayFrom"/>, up to 23:59.
    /// </summary>
    [Range(typeof(TimeSpan), "12:00:00", "23:59:00")]
    public TimeSpan? EndOfDayAt { get; set; }

    /// <summary>How often a silo looks whether the business date has to end by itself. 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the change of date waits for batches under way at a time, and those behind it with it; then it lets them pass and tries
    /// again. 1 ms to 1 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan LockWait { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Tries of one change of date, a tenth of a second apart; then it is refused as overload. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int TriesMax { get; set; } = 50;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (EndOfDayAt < EndOfDayFrom)
            yield return new ValidationResult("EndOfDayAt must not be before EndOfDayFrom.", [nameof(EndOfDayAt)]);
    }
}
