namespace BktSmart.Messages;

/// <summary>The way to the push services of Google and Apple.</summary>
public interface IPushGateway
{
    /// <summary>
    /// Hands a message to the push service; ends when the service has answered, or at once when the token says so. The same message may
    /// come again after any outcome, under the same id. Exceptions are logged, so they name no token.
    /// </summary>
    /// <returns>
    /// For 200 <see cref="SendOutcome.Delivered"/>. For 410 <c>Unregistered</c> and 400 <c>BadDeviceToken</c> of APNs, and
    /// <c>UNREGISTERED</c> of FCM, <see cref="SendOutcome.RecipientGone"/>: the token is then forgotten. For 429 and 503 with
    /// <c>Retry-After</c>, <see cref="SendOutcome.RetryAfter"/>. For all else <see cref="SendOutcome.Unknown"/>, and so count an exception
    /// and a time-out: the message is tried again until it expires.
    /// </returns>
    Task<SendOutcome> SendAsync(PushTarget target, PushMessage message, CancellationToken cancellationToken);
}
