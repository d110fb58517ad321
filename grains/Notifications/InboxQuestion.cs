namespace BktSmart.Notifications;

/// <summary>What an inbox asks for: the news of one of its sources after what it was told.</summary>
internal readonly record struct InboxQuestion(InboxSource Source, long After);
