namespace BktSmart.BusinessDay;

/// <summary>A day of the calendar that is not as its weekday says, or was changed by staff.</summary>
/// <param name="Works">Whether the bank works on it.</param>
/// <param name="Source">The law, or what staff gave.</param>
/// <param name="IsEstimate">By the moon: the day is still to be announced.</param>
/// <param name="Entry">How staff entered it; null where the law says it, and where it is only asked for.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CalendarDay")]
public sealed record CalendarDay(
    [property: Id(0)] DateOnly Day, [property: Id(1)] bool Works, [property: Id(2)] string Name, [property: Id(3)] string Source,
    [property: Id(4)] bool IsEstimate, [property: Id(5)] CalendarEntry? Entry = null);
