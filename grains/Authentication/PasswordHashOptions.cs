using System.ComponentModel.DataAnnotations;

namespace BktSmart.Authentication;

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

    /// <summary>
    /// Hashes at one time in a silo, so that a storm of sign-ins leaves processors for everything else. Zero: half of the processors.
    /// </summary>
    [Range(0, 256)]
    public int ConcurrencyMax { get; set; }

    /// <summary>
    /// How much a hash leaves processors to everything else in the silo, where they are short (Linux <c>nice</c>): 0 (nothing) to 15. With
    /// more, sign-ins would starve beside a full load.
    /// </summary>
    [Range(0, 15)]
    public int Niceness { get; set; } = 10;

    /// <summary>Hashes that wait in a silo, at most; whoever needs another is refused as overload. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int WaitingMax { get; set; } = 100;
}
