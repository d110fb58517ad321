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

    /// <summary>How long after an SMS another one may be asked for. 10 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:10:00")]
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often an SMS may be asked for again in one FNP session. 0 to 10.</summary>
    [Range(0, 10)]
    public int ResendsMax { get; set; } = 3;

    /// <summary>FNPs to one phone number within 24 hours, against SMS pumping; those that confirm payments, payees and limits are counted apart. 3 to 100.</summary>
    [Range(3, 100)]
    public int PerPhoneAndDayMax { get; set; } = 10;

    /// <summary>FNPs within 24 hours that confirm a customer's payments, payees and limits. 3 to 1,000.</summary>
    [Range(3, 1_000)]
    public int ConfirmationsPerDayMax { get; set; } = 30;

    /// <summary>How long no FNP goes to a number that was just registered, unless the branch waives it: whoever talks a branch into another number gains nothing at once. 0 to 7 d.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan BlockAfterPhoneChange { get; set; } = TimeSpan.FromHours(24);
}

/// <summary>What wrong passwords and FNPs lead to (R7). Section <c>Lockout</c>.</summary>
public sealed class LockoutOptions
{
    public const string Section = "Lockout";

    /// <summary>
    /// Consecutive failures, passwords and FNPs together, that lock sign-in: those on a device that was signed in on before, and those after a right password. 1 to 5, the ceiling of RTS 2018/389
    /// art. 4(3)(b).
    /// </summary>
    [Range(1, 5)]
    public int FailuresMax { get; set; } = 5;

    /// <summary>Consecutive wrong passwords from devices that were never signed in on, after which no more are taken from such devices for a while. 1 to 5.</summary>
    [Range(1, 5)]
    public int UnknownDeviceFailuresMax { get; set; } = 5;

    /// <summary>How long the first while is; each further one is twice as long. 1 min to 1 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ShutOutMin { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>1 min to 7 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan ShutOutMax { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Consecutive wrong passwords from unknown devices that lock sign-in after all. 5 to 95: with the others not above 100, the ceiling of NIST SP 800-63B-4 section 3.2.2.</summary>
    [Range(5, 95)]
    public int UnknownDeviceFailuresCeiling { get; set; } = 95;

    /// <summary>How long after a caller was identified the contact centre may unlock. 1 min to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan IdentificationLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Wrong answers of callers about one customer within 24 hours, after which no answer is right: neither callers nor staff can try until they find it. 1 to 20.</summary>
    [Range(1, 20)]
    public int CallerFailuresPerDayMax { get; set; } = 5;
}

/// <summary>The age and history of passwords (R5). Section <c>Password</c>.</summary>
public sealed class PasswordOptions
{
    public const string Section = "Password";

    /// <summary>
    /// After this a password opens only a session that can change it. The standards of today advise against it (NIST SP 800-63B-4, OWASP ASVS 6.2.10) and the bank requires it; zero
    /// switches it off. 0 to 365 d.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(60);

    /// <summary>How often a silo looks for passwords that end within seven days or one. 1 min to 1 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ReminderInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Passwords, the present one included, that the next must differ from. 1 to 10: each costs a hash at every change.</summary>
    [Range(1, 10)]
    public int HistoryLength { get; set; } = 5;
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

    /// <summary>How much a hash leaves processors to everything else in the silo, where they are short (Linux <c>nice</c>): 0 (nothing) to 15. With more, sign-ins would starve beside a full load.</summary>
    [Range(0, 15)]
    public int Niceness { get; set; } = 10;

    /// <summary>Sign-ins and enrolments that wait for a hash in a silo, at most; more are refused as overload. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int WaitingMax { get; set; } = 100;
}
