namespace BktSmart.Notifications;

/// <param name="Items">In the order of the source, up to <see cref="InboxStore.NewsMax"/>.</param>
internal sealed record InboxNews<T>(Language Language, IReadOnlyList<T> Items);
