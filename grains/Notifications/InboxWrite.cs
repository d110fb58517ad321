namespace BktSmart.Notifications;

/// <summary>What an inbox made of the news of one source: notifications, and up to where it was told.</summary>
/// <param name="Known">The position that the inbox knows; nothing is written if it is another one by now.</param>
/// <param name="Position">The new one. It moves on also where nothing came of the news.</param>
/// <param name="Items">In the order of their numbers in the source.</param>
internal sealed record InboxWrite(
    InboxSource Source, long Known, long Position, IReadOnlyList<(long Number, NotificationText Text)> Items);
