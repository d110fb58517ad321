namespace BktSmart.Customers;

/// <summary>A customer as the branch sees them.</summary>
/// <param name="AgreementVersion">The KSHBI version that was signed, null before the first.</param>
/// <param name="EnrolmentObstacles">Every condition of R2 and R3 that still stands between the customer and enrolment; empty when none
/// does.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Customer")]
public sealed record Customer(
    [property: Id(0)] CustomerNumber Number,
    [property: Id(1)] NationalId NationalId,
    [property: Id(2)] string Name,
    [property: Id(3)] PhoneNumber Phone,
    [property: Id(4)] Language Language,
    [property: Id(5)] int? AgreementVersion,
    [property: Id(6)] IReadOnlyList<Reason> EnrolmentObstacles);
