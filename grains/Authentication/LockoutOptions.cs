using System.ComponentModel.DataAnnotations;

namespace BktSmart.Authentication;

/// <summary>What wrong passwords and FNPs lead to (R7). Section <c>Lockout</c>.</summary>
public sealed class LockoutOptions
{
    public const string Section = "Lockout";

    /// <summary>
    /// Consecutive failures, passwords and FNPs together, that lock sign-in: those on a device that was signed in on before, and those
    /// after a right password. 1 to 5, the ceiling of RTS 2018/389 art. 4(3)(b).
    /// </summary>
    [Range(1, 5)]
    public int FailuresMax { get; set; } = 5;

    /// <summary>
    /// Consecutive wrong passwords from devices that were never signed in on, after which no more are taken from such devices for a while.
    /// 1 to 5.
    /// </summary>
    [Range(1, 5)]
    public int UnknownDeviceFailuresMax { get; set; } = 5;

    /// <summary>How long the first while is; each further one is twice as long. 1 min to 1 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ShutOutMin { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>1 min to 7 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan ShutOutMax { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Consecutive wrong passwords from unknown devices that lock sign-in after all. 5 to 95: with the others not above 100, the ceiling of
    /// NIST SP 800-63B-4 section 3.2.2.
    /// </summary>
    [Range(5, 95)]
    public int UnknownDeviceFailuresCeiling { get; set; } = 95;

    /// <summary>
    /// Passwords from devices that the customer does not know, for all customers together, from one network (/24 of IPv4, /48 of IPv6) that
    /// a silo looks at in an hour. A mobile operator has many phones in one. 10 to 1,000,000.
    /// </summary>
    [Range(10, 1_000_000)]
    public int StrangersPerNetworkAndHour { get; set; } = 300;

    /// <summary>
    /// Attempts for one customer that wait while another is looked at, at most; more are refused as overload. Passwords of strangers,
    /// cards, and passwords of open sessions wait apart. Far longer queues only keep the owner waiting. 1 to 100.
    /// </summary>
    [Range(1, 100)]
    public int AttemptsWaitingMax { get; set; } = 10;

    /// <summary>
    /// How long an attempt waits for its turn and its hash, at most; then it is refused as overload, and not counted. It ends before the
    /// API stops waiting for the answer, after 10 s. 1 s to 8 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:08")]
    public TimeSpan AttemptWaitMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Actors that a silo keeps for identifiers that nobody has, at most, each about 5 kB; the one that was idle longest leaves for the
    /// next. 100 to 100,000.
    /// </summary>
    [Range(100, 100_000)]
    public int StandInsMax { get; set; } = 2_000;
}
