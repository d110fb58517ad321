namespace BktSmart.BusinessDay;

/// <summary>A change of the calendar that staff ask for.</summary>
/// <param name="Day">That it is about; for an announcement the estimated day, as it is observed.</param>
/// <param name="Source">Who says so: the number of a decision, for example.</param>
/// <param name="Note">Why; for the second person and the audit trail.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CalendarCommand")]
public sealed record CalendarCommand(
    [property: Id(0)] CalendarAction Action, [property: Id(1)] DateOnly Day, [property: Id(2)] string Source, [property: Id(3)] string Note)
{
    /// <summary>What the day is called. Of a day off and a worked day; the others keep the name that is there.</summary>
    [Id(4)]
    public string? Name { get; init; }

    /// <summary>Of an announcement: the day of the holiday itself, also where that is a weekend.</summary>
    [Id(5)]
    public DateOnly? AnnouncedOn { get; init; }
}
