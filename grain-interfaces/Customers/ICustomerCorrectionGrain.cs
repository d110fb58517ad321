namespace BktSmart.Customers;

/// <summary>
/// Corrections that wait for a second person, whatever customer they are about. <see cref="ICustomerGrain"/> takes the requests.
/// </summary>
[Alias("bktsmart.ICustomerCorrectionGrain")]
public interface ICustomerCorrectionGrain : IGrainWithIntegerKey
{
    /// <summary>What can still be confirmed, oldest first.</summary>
    /// <param name="afterId">Only those with a higher number; null starts at the oldest.</param>
    /// <param name="count">1 to <see cref="CustomerCorrectionPage.CountMax"/>.</param>
    [Alias("List"), ForApi]
    Task<CustomerCorrectionPage> List(long? afterId, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the correction, exactly as it was asked for, if nothing else was corrected since. The same person again gets the customer as
    /// they then stand; whoever asked is refused with <see cref="Reason.SecondPersonRequired"/>, and a NID that has become another
    /// customer's meanwhile with <see cref="Reason.NationalIdTaken"/>.
    /// </summary>
    [Alias("Confirm"), ForApi]
    Task<Result<Customer>> Confirm(StaffMember staff, long id, CancellationToken cancellationToken);

    /// <summary>Ends a request without the correction; whoever asked may do it too.</summary>
    /// <param name="note">Why; goes into the audit trail.</param>
    [Alias("Reject"), ForApi]
    Task<Result<Done>> Reject(StaffMember staff, long id, string note, CancellationToken cancellationToken);
}
