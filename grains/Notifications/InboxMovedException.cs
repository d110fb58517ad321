namespace BktSmart.Notifications;

/// <summary>
/// Another activation has moved the position of an inbox, or holds its row at this moment. Nothing was written; the news come again.
/// </summary>
internal sealed class InboxMovedException() : Exception("The inbox was told by another activation, which holds it or has moved it on.");
