namespace BktSmart.StandingOrders;

/// <summary>A standing order as it stands.</summary>
/// <param name="PauseCause">Null unless it is paused.</param>
/// <param name="NextDueOn">Null where no payment is to come, or where the bank's calendar does not reach yet.</param>
/// <param name="PaymentsMade">That have fallen due, whatever became of them.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.StandingOrder")]
public sealed record StandingOrder(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Iban Account,
    [property: Id(2)] Iban Payee,
    [property: Id(3)] Money Amount,
    [property: Id(4)] string Reference,
    [property: Id(5)] StandingOrderSchedule Schedule,
    [property: Id(6)] StandingOrderState State,
    [property: Id(7)] StandingOrderPauseCause? PauseCause,
    [property: Id(8)] DateOnly? NextDueOn,
    [property: Id(9)] int PaymentsMade,
    [property: Id(10)] DateTimeOffset CreatedAt);
