namespace BktSmart.StandingOrders;

/// <summary>Who of the staff pauses an order, and why: for the audit trail.</summary>
internal sealed record StaffPause(StaffMember Staff, string Why, DateTimeOffset At);
