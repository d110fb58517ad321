using BktSmart.Answers;
using BktSmart.Authentication;
using BktSmart.Customers;

namespace BktSmart.Messages;

/// <summary>The way to the bank's SMS provider.</summary>
public interface ISmsGateway
{
    /// <summary>Hands an SMS to the provider; ends when the provider has taken it. What becomes of it, the provider tells <see cref="ISmsReceipts"/>.</summary>
    /// <param name="id">The client reference of the provider; comes back in receipts.</param>
    /// <param name="text">GSM-7, one segment.</param>
    Task SendAsync(Guid id, PhoneNumber to, string text, CancellationToken cancellationToken);
}

/// <summary>Takes the delivery receipts of the SMS provider (R8). They may come twice, out of order, and before <see cref="ISmsGateway.SendAsync"/> ends.</summary>
public interface ISmsReceipts
{
    /// <param name="id">As it was sent; others are ignored.</param>
    Task RecordAsync(Guid id, SmsState state, CancellationToken cancellationToken);
}

/// <summary>What is pushed. It carries no amount and no name: it lies on a locked screen. The app fetches the notification.</summary>
/// <param name="Id">The same for every attempt at one notification; push services show it once (apns-collapse-id, FCM collapse key).</param>
public sealed record PushMessage(string Id, string Title, string Body);

/// <summary>Where to reach a customer with a push message: the device of the last sign-in (R16).</summary>
public sealed record PushTarget(Guid DeviceId, DevicePlatform Platform, Secret PushToken);

/// <summary>The way to the push services of Google and Apple.</summary>
public interface IPushGateway
{
    Task SendAsync(PushTarget target, PushMessage message, CancellationToken cancellationToken);
}
