using System.ComponentModel.DataAnnotations;

namespace BktSmart.Authentication;

/// <summary>The age and history of passwords (R5). Section <c>Password</c>.</summary>
public sealed class PasswordOptions
{
    public const string Section = "Password";

    /// <summary>
    /// After this a password opens only a session that can change it. The standards of today advise against it (NIST SP 800-63B-4, OWASP
    /// ASVS 6.2.10) and the bank requires it; zero switches it off. 0 to 365 d.
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
