namespace BktSmart.StandingOrders;

/// <summary>On which dates a standing order pays.</summary>
/// <param name="EndDate">No date behind it counts; null for no end.</param>
/// <param name="PaymentsMax">How many payments it makes; null for no limit.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.StandingOrderSchedule")]
public readonly record struct StandingOrderSchedule(
    [property: Id(0)] StandingOrderFrequency Frequency,
    [property: Id(1)] DateOnly FirstDate,
    [property: Id(2)] DateOnly? EndDate,
    [property: Id(3)] int? PaymentsMax,
    [property: Id(4)] NonBusinessDayRule DayRule);
