namespace BktSmart.Notifications;

/// <summary>What an inbox asks for: the news of one of its sources after what it was told.</summary>
/// <param name="Source">An account of the customer, or <see cref="InboxSource.OwnEvents"/>.</param>
internal readonly record struct InboxQuestion(CustomerNumber Customer, long Source, long After);
