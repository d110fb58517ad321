using System.ComponentModel.DataAnnotations;

namespace BktSmart.Retention;

/// <summary>
/// How long what grows is kept, and how it is forgotten. Section <c>Retention</c>. Ages are days; the database keeps rows for as long as
/// <c>bank.retention</c> says, whatever is set here.
/// </summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>
    /// Customers' security logs. Five years, as law 9917/2008 has a bank keep its records: they prove that a payment was authenticated.
    /// 1 d to 100 a.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36525.00:00:00")]
    public TimeSpan SecurityEvents { get; set; } = TimeSpan.FromDays(1_827);

    /// <summary>What staff did. Five years, as law 9917/2008 has a bank keep its records. 1 d to 100 a.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36525.00:00:00")]
    public TimeSpan Audit { get; set; } = TimeSpan.FromDays(1_827);

    /// <summary>
    /// Who was asked on the telephone. Thirteen months, for as long as a payment may be disputed (PSD2 art. 71). 1 d to 100 a.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36525.00:00:00")]
    public TimeSpan CallerIdentifications { get; set; } = TimeSpan.FromDays(397);

    /// <summary>
    /// What customers were told. Thirteen months, for as long as a payment that one tells of may be disputed (PSD2 art. 71). 1 d to 100 a.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36525.00:00:00")]
    public TimeSpan Notifications { get; set; } = TimeSpan.FromDays(397);

    /// <summary>What notifications were made of, besides postings. As long as the notifications. 1 d to 100 a.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36525.00:00:00")]
    public TimeSpan CustomerEvents { get; set; } = TimeSpan.FromDays(397);

    /// <summary>
    /// To which number an FNP went, and when; from its sending on. Thirteen months, for as long as the payment may be disputed. 1 d to
    /// 100 a.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36525.00:00:00")]
    public TimeSpan FnpMessages { get; set; } = TimeSpan.FromDays(397);

    /// <summary>
    /// Closed cases, from their end on; open ones stay. Thirteen months, since a disputed payment may hang on one. 1 d to 100 a.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36525.00:00:00")]
    public TimeSpan SupportCases { get; set; } = TimeSpan.FromDays(397);

    /// <summary>Attempts that were not looked at. A month, long enough to look into an attack. 1 d to 100 a.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36525.00:00:00")]
    public TimeSpan StrayAttempts { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Months after this one that have partitions. Who is warned has as long to put it right. 2 to 24.</summary>
    [Range(2, 24)]
    public int MonthsAhead { get; set; } = 3;

    /// <summary>Between two rounds. 1 min to 1 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Rows that one statement deletes. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int RowsPerBite { get; set; } = 1_000;

    /// <summary>Between two such statements, and between two tries to get a lock. 10 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(200);
}
