namespace BktSmart.StandingOrders;

/// <summary>The next date of a standing order.</summary>
/// <param name="Place">Among its dates, from 0.</param>
/// <param name="DueOn">Null where nothing is to come, or the calendar does not reach.</param>
/// <param name="Ended">Whether nothing is to come.</param>
internal readonly record struct NextDate(int Place, DateOnly? DueOn, bool Ended);
