using System.ComponentModel.DataAnnotations;

namespace BktSmart.Authentication;

/// <summary>Limits of FNPs (R4). Section <c>Fnp</c>.</summary>
public sealed class FnpOptions
{
    public const string Section = "Fnp";

    /// <summary>How long an FNP is good. 30 s to 10 min, the ceiling of NIST SP 800-63B for out-of-band secrets.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "00:10:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(180);

    /// <summary>How often what has ended is deleted: FNP sessions after an hour, sessions a day after their last use. 1 min to 1 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Tries of one FNP. 1 to 5, the ceiling of RTS 2018/389 art. 4(3)(b).</summary>
    [Range(1, 5)]
    public int TriesMax { get; set; } = 3;
}

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

    /// <summary>
    /// How long the refresh token before the last is answered again, for an answer that was lost on the way; longer than the time after which a
    /// caller gives up. 0 to 1 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan RefreshRetryWindow { get; set; } = TimeSpan.FromSeconds(30);

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

/// <summary>The cost of password hashing. Section <c>PasswordHash</c>.</summary>
public sealed class PasswordHashOptions
{
    public const string Section = "PasswordHash";

    /// <summary>Memory of one hash, in KiB. 19,456 (the least that OWASP advises with two passes) to 1,048,576.</summary>
    [Range(19_456, 1_048_576)]
    public int MemoryKib { get; set; } = 19_456;

    /// <summary>2 to 10.</summary>
    [Range(2, 10)]
    public int Passes { get; set; } = 2;

    /// <summary>Hashes at one time in a silo, so that a storm of sign-ins leaves processors for everything else. Zero: half of the processors.</summary>
    [Range(0, 256)]
    public int ConcurrencyMax { get; set; }

    /// <summary>Sign-ins and enrolments that wait for a hash in a silo, at most; more are refused as overload. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int WaitingMax { get; set; } = 100;
}
