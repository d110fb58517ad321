namespace BktSmart.StandingOrders;

/// <summary>What an app changes of a standing order: what is null stays.</summary>
/// <param name="ChangesEndDate">Whether <paramref name="EndDate"/> replaces the one of the schedule; null is then for no end.</param>
/// <param name="ChangesPaymentsMax">Likewise of <paramref name="PaymentsMax"/>.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.StandingOrderChange")]
public sealed record StandingOrderChange(
    [property: Id(0)] Money? Amount,
    [property: Id(1)] string? Reference,
    [property: Id(2)] bool ChangesEndDate,
    [property: Id(3)] DateOnly? EndDate,
    [property: Id(4)] bool ChangesPaymentsMax,
    [property: Id(5)] int? PaymentsMax);
