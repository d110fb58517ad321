namespace BktSmart.BusinessDay;

/// <summary>By whom a day of the calendar was changed last.</summary>
/// <param name="Note">Why.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CalendarEntry")]
public sealed record CalendarEntry(
    [property: Id(0)] StaffMember RequestedBy, [property: Id(1)] StaffMember ConfirmedBy, [property: Id(2)] DateTimeOffset ConfirmedAt,
    [property: Id(3)] string Note);
