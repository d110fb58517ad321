using System.ComponentModel.DataAnnotations;

namespace BktSmart.Silo.Migration;

/// <summary>
/// Section <c>Migration</c>: how <c>silo migrate</c> waits for locks and for answers. Whoever comes after it waits for a lock as long as
/// it does.
/// </summary>
public sealed class MigrationOptions
{
    public const string Section = "Migration";

    /// <summary>How long a statement waits for a lock before its file is rolled back and tried again. 10 ms to 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:05")]
    public TimeSpan LockWaitMax { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How often a file is tried that does not get its locks. 1 to 1000.</summary>
    [Range(1, 1_000)]
    public int LockTriesMax { get; set; } = 60;

    /// <summary>The pause after the first such try; it doubles with each, up to sixteen times. 10 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan LockRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it asks whether the server still works on a statement that gives no answer. 10 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan AnswerCheckInterval { get; set; } = TimeSpan.FromSeconds(5);
}
