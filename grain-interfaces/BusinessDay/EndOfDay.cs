namespace BktSmart.BusinessDay;

/// <summary>A business date that has ended.</summary>
/// <param name="StartedAt">From then on bookings have the next date.</param>
/// <param name="StartedBy">Null where the clock did it.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.EndOfDay")]
public sealed record EndOfDay(
    [property: Id(0)] DateOnly BusinessDate, [property: Id(1)] DateOnly NextDate, [property: Id(2)] DateTimeOffset StartedAt,
    [property: Id(3)] StaffMember? StartedBy);
