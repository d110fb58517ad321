using System.ComponentModel.DataAnnotations;

namespace BktSmart.Authentication;

/// <summary>Limits of sessions. Section <c>Session</c>.</summary>
public sealed class SessionOptions : IValidatableObject
{
    public const string Section = "Session";

    /// <summary>How long an access token is good; shorter than <see cref="IdleMax"/>. 30 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "00:05:00")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a session lives without a refresh. 1 min to 5 min, the ceiling of RTS 2018/389 art. 4(3)(d).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "00:05:00")]
    public TimeSpan IdleMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a session lives at all. 5 min to 12 h.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "12:00:00")]
    public TimeSpan AbsoluteMax { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Open sessions of one customer; the oldest ends when there are more. 1 to 20.</summary>
    [Range(1, 20)]
    public int PerCustomerMax { get; set; } = 5;

    /// <summary>The three limits on time go from short to long.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AccessTokenLifetime >= IdleMax || IdleMax > AbsoluteMax)
            yield return new ValidationResult("AccessTokenLifetime must be shorter than IdleMax, and IdleMax not longer than AbsoluteMax.");
    }
}
