namespace BktSmart.BusinessDay;

/// <summary>A year of the calendar, and how far it reaches.</summary>
/// <param name="Days">In their order.</param>
/// <param name="KnownYears">Those that are loaded; nothing is reckoned with another one.</param>
/// <param name="KnownUntil">The last day that is known, of those after today without a gap; today where its year is not known.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CalendarYear")]
public sealed record CalendarYear(
    [property: Id(0)] IReadOnlyList<CalendarDay> Days, [property: Id(1)] IReadOnlyList<int> KnownYears,
    [property: Id(2)] DateOnly KnownUntil);
