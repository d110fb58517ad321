namespace BktSmart.Retention;

/// <summary>How far a table by months is ahead.</summary>
/// <param name="LastEndsAt">When the last month ends that has a partition.</param>
/// <param name="DefaultRows">Rows that no month takes; 10,000 stand for more.</param>
internal readonly record struct Partitions(DateTimeOffset LastEndsAt, long DefaultRows)
{
    /// <summary>Whole months of UTC after the current one that have partitions; negative where the current one has none.</summary>
    public int MonthsAhead(DateTimeOffset now)
    {
        var (last, current) = (LastEndsAt.UtcDateTime, now.UtcDateTime);
        return ((last.Year - current.Year) * 12) + last.Month - current.Month - 1;
    }
}
