namespace BktSmart.Ledger;

/// <summary>Shows what is recorded. What was asked for and has no answer, the order itself settles (<see cref="OrderTerms"/>).</summary>
[Alias("bktsmart.ITransferLookupGrain")]
public interface ITransferLookupGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// The original answer to a transfer that the requester ordered: booked, or refused for good. <see cref="Reason.TransferNotFound"/>
    /// means that nothing was decided under this id so far; an order that is still on its way may yet be.
    /// </summary>
    [Alias("Get"), ForApi]
    Task<Result<BookedTransfer>> Get(CustomerNumber requester, TransferId id, CancellationToken cancellationToken);
}
