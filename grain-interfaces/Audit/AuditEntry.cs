namespace BktSmart.Audit;

/// <summary>What a member of staff did.</summary>
/// <param name="Customer">To whom; null where no customer was concerned.</param>
/// <param name="Detail">JSON: why, and what was changed to what.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.AuditEntry")]
public sealed record AuditEntry(
    [property: Id(0)] long Id,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] StaffMember Staff,
    [property: Id(3)] string Action,
    [property: Id(4)] CustomerNumber? Customer,
    [property: Id(5)] string Detail);
