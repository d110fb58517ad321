using BktSmart.Authentication;
using BktSmart.Customers;

namespace BktSmart.Messages;

/// <summary>The way to the bank's SMS provider.</summary>
public interface ISmsGateway
{
    /// <param name="text">GSM-7, one segment.</param>
    Task SendAsync(PhoneNumber to, string text, CancellationToken cancellationToken);
}

/// <summary>What is pushed. It carries no amount and no name: it lies on a locked screen. The app fetches the notification.</summary>
/// <param name="Id">The same for every attempt at one notification; push services show it once (apns-collapse-id, FCM collapse key).</param>
public sealed record PushMessage(string Id, string Title, string Body);

/// <summary>The way to the push services of Google and Apple.</summary>
public interface IPushGateway
{
    Task SendAsync(PushTarget target, PushMessage message, CancellationToken cancellationToken);
}
