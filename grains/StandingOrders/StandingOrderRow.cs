namespace BktSmart.StandingOrders;

/// <summary>A row of <c>bank.standing_order</c>.</summary>
/// <param name="Place">Of the next date.</param>
internal sealed record StandingOrderRow(StandingOrder Order, CustomerNumber Customer, int Version, int Place, long CalendarVersion);
