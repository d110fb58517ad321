using System.ComponentModel.DataAnnotations;

namespace BktSmart.Authentication;

/// <summary>Limits of FNPs (R4). Section <c>Fnp</c>.</summary>
public sealed class FnpOptions
{
    public const string Section = "Fnp";

    /// <summary>How long an FNP is good. 30 s to 10 min, the ceiling of NIST SP 800-63B for out-of-band secrets.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "00:10:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(180);

    /// <summary>
    /// How often what has ended is deleted: FNP sessions after an hour, sessions a day after their last use. 1 min to 1 d.
    /// </summary>
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

    /// <summary>
    /// FNPs to one phone number within 24 hours, against SMS pumping; those that confirm payments, payees and limits are counted apart. 3
    /// to 100.
    /// </summary>
    [Range(3, 100)]
    public int PerPhoneAndDayMax { get; set; } = 10;

    /// <summary>FNPs within 24 hours that confirm a customer's payments, payees and limits. 3 to 1,000.</summary>
    [Range(3, 1_000)]
    public int ConfirmationsPerDayMax { get; set; } = 30;

    /// <summary>
    /// How long no FNP goes to a number that was just registered, unless the branch waives it: whoever talks a branch into another number
    /// gains nothing at once. 0 to 7 d.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan BlockAfterPhoneChange { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long each payment needs an FNP after the customer has reported one that was not asked for, and until the end of that day in
    /// Tirana; 0 for not at all. 0 to 90 d.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "90.00:00:00")]
    public TimeSpan RiskAfterReport { get; set; } = TimeSpan.FromDays(7);
}
