namespace BktSmart.Notifications;

/// <summary>Notifications of an account that are to be stored, in the order of its postings.</summary>
/// <param name="Settled">Whether there is nothing to push, because there is no device.</param>
internal sealed record InboxEntries(
    CustomerNumber Customer, long AccountId, IReadOnlyList<(long SequenceNumber, NotificationText Text)> Items, bool Settled,
    DateTimeOffset At);
