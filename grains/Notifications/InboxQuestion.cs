namespace BktSmart.Notifications;

/// <summary>
/// What an inbox asks for: what was posted to an account of its customer after a sequence number; null for after what the customer was
/// notified of.
/// </summary>
internal readonly record struct InboxQuestion(CustomerNumber Customer, long AccountId, long? After);
