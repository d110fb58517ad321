namespace BktSmart.Messages;

/// <summary>
/// Takes the delivery receipts of the SMS provider (R8). They may come twice, out of order, and before <see cref="ISmsGateway.SendAsync"/>
/// ends.
/// </summary>
public interface ISmsReceipts
{
    /// <param name="id">As it was sent; others are ignored.</param>
    Task RecordAsync(Guid id, SmsState state, CancellationToken cancellationToken);
}
