using System.ComponentModel.DataAnnotations;

namespace BktSmart.Customers;

/// <summary>How the contact centre finds out who calls. Section <c>Lockout</c>, because unlocking begins with it.</summary>
public sealed class CallerIdentificationOptions
{
    public const string Section = "Lockout";

    /// <summary>How long after a caller was identified the contact centre may unlock. 1 min to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan IdentificationLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Wrong answers of callers about one customer within 24 hours, after which no answer is right: neither callers nor staff can try until
    /// they find it. 1 to 20.
    /// </summary>
    [Range(1, 20)]
    public int CallerFailuresPerDayMax { get; set; } = 5;
}
