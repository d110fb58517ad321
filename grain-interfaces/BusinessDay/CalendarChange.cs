namespace BktSmart.BusinessDay;

/// <summary>A change of the calendar that one member of staff asked for and another one has to confirm.</summary>
/// <param name="Days">What becomes of them, in their order.</param>
/// <param name="ExpiresAt">From then on it can no longer be confirmed.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CalendarChange")]
public sealed record CalendarChange(
    [property: Id(0)] long Id, [property: Id(1)] CalendarCommand Command, [property: Id(2)] IReadOnlyList<CalendarDay> Days,
    [property: Id(3)] StaffMember RequestedBy, [property: Id(4)] DateTimeOffset RequestedAt, [property: Id(5)] DateTimeOffset ExpiresAt);
