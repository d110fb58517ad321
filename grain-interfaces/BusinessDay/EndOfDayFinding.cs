namespace BktSmart.BusinessDay;

/// <summary>What a step of end-of-day found wrong, and set aside.</summary>
/// <param name="Subject">An account by its id, a batch by its id, a currency, or a payment by its standing order and due date.</param>
/// <param name="Detail">What is wrong with it.</param>
/// <param name="ResolvedAt">When a later run of the step found it well; null while it is open.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.EndOfDayFinding")]
public sealed record EndOfDayFinding(
    [property: Id(0)] DateOnly BusinessDate, [property: Id(1)] EndOfDayStep Step, [property: Id(2)] string Subject,
    [property: Id(3)] string Detail, [property: Id(4)] DateTimeOffset FoundAt, [property: Id(5)] DateTimeOffset? ResolvedAt);
