namespace BktSmart.Customers;

/// <summary>A correction of a customer's name or NID that one member of staff asked for and another one has to confirm.</summary>
/// <param name="Details">As they are.</param>
/// <param name="Wanted">Both, also where only one of them is another.</param>
/// <param name="Note">Why.</param>
/// <param name="ExpiresAt">From then on it can no longer be confirmed.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CustomerCorrection")]
public sealed record CustomerCorrection(
    [property: Id(0)] long Id,
    [property: Id(1)] CustomerNumber Customer,
    [property: Id(2)] CustomerDetails Details,
    [property: Id(3)] CustomerDetails Wanted,
    [property: Id(4)] StaffMember RequestedBy,
    [property: Id(5)] string Note,
    [property: Id(6)] DateTimeOffset RequestedAt,
    [property: Id(7)] DateTimeOffset ExpiresAt);
