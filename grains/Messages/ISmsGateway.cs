namespace BktSmart.Messages;

/// <summary>The way to the bank's SMS provider.</summary>
public interface ISmsGateway
{
    /// <summary>
    /// Hands an SMS to the provider; ends when the provider has answered, or at once when the token says so. What becomes of it, the
    /// provider tells <see cref="ISmsReceipts"/>. An SMS that tells something may come again after any outcome, under the same id.
    /// Exceptions are logged, so they name neither number nor text.
    /// </summary>
    /// <param name="id">The client reference of the provider; comes back in receipts. The provider sends one id once.</param>
    /// <param name="text">GSM-7, one segment.</param>
    /// <returns>
    /// <see cref="SendOutcome.Delivered"/> when the provider has taken it, <see cref="SendOutcome.RecipientGone"/> when it says that the
    /// number is none, <see cref="SendOutcome.RetryAfter"/> for 429 and 503 with <c>Retry-After</c>. For all else <see
    /// cref="SendOutcome.Unknown"/>, and so count an exception and a time-out.
    /// </returns>
    Task<SendOutcome> SendAsync(Guid id, PhoneNumber to, string text, CancellationToken cancellationToken);
}
