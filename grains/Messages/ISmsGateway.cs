namespace BktSmart.Messages;

/// <summary>The way to the bank's SMS provider.</summary>
public interface ISmsGateway
{
    /// <summary>
    /// Hands an SMS to the provider; ends when the provider has taken it. What becomes of it, the provider tells <see
    /// cref="ISmsReceipts"/>.
    /// </summary>
    /// <param name="id">The client reference of the provider; comes back in receipts.</param>
    /// <param name="text">GSM-7, one segment.</param>
    Task SendAsync(Guid id, PhoneNumber to, string text, CancellationToken cancellationToken);
}
