namespace BktSmart.Retention;

/// <summary>A table whose rows are forgotten one day. The slice that writes it registers it.</summary>
/// <param name="Name">In the schema <c>bank</c>, and in <c>bank.retention</c>.</param>
/// <param name="Setting">Of <see cref="RetentionOptions"/>, for the operator.</param>
/// <param name="Kept">How long its rows are kept.</param>
/// <param name="ByMonth">Whether it has partitions by months, which are dropped; else rows are deleted in bites.</param>
internal sealed record RetainedTable(string Name, string Setting, Func<RetentionOptions, TimeSpan> Kept, bool ByMonth);
