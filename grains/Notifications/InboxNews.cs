using BktSmart.Accounts;
using BktSmart.Messages;

namespace BktSmart.Notifications;

/// <param name="After">The sequence number after which it was looked.</param>
/// <param name="Target">The customer's device for push messages; null where there is none.</param>
/// <param name="HasUnsettledPushes">Whether a push of an earlier notification may not have been tried.</param>
/// <param name="Posted">Oldest first; up to <see cref="NotificationStore.PostedMax"/>.</param>
internal sealed record InboxNews(
    long After, Language Language, PushTarget? Target, bool HasUnsettledPushes, IReadOnlyList<Transaction> Posted);
