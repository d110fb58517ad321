namespace BktSmart.BusinessDay;

/// <param name="HasMore">Whether there are newer ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CalendarChangePage")]
public sealed record CalendarChangePage([property: Id(0)] IReadOnlyList<CalendarChange> Changes, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
