namespace BktSmart.Notifications;

/// <summary>One of the things that an inbox tells of, numbered in an order of its own.</summary>
/// <param name="Id">Of an account of the customer, or <see cref="OwnEvents"/>.</param>
internal readonly record struct InboxSource(CustomerNumber Customer, long Id)
{
    /// <summary>The customer's own events. Ids of accounts begin at 1.</summary>
    public const long OwnEvents = 0;
}
