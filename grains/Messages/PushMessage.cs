namespace BktSmart.Messages;

/// <summary>What is pushed. It carries no amount and no name: it lies on a locked screen. The app fetches the notification.</summary>
/// <param name="Id">The same for every attempt at one notification, and another for each of a device's, so that a push service shows it
/// once (apns-collapse-id, FCM collapse key). It does not tell who the customer is.</param>
public sealed record PushMessage(string Id, string Title, string Body);
