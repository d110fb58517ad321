namespace BktSmart.BusinessDay;

/// <param name="Days">In their order.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CalendarDays")]
public sealed record CalendarDays([property: Id(0)] IReadOnlyList<CalendarDay> Days);
