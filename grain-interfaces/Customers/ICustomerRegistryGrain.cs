namespace BktSmart.Customers;

/// <summary>Opens customers; the one call that cannot be addressed to a customer, because there is none yet.</summary>
[Alias("bktsmart.ICustomerRegistryGrain")]
public interface ICustomerRegistryGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Refuses a number, NID or phone number that another customer has, and a request id that was used with other content.
    /// </summary>
    [Alias("Create"), ForApi]
    Task<Result<Customer>> Create(StaffMember staff, NewCustomer customer, CancellationToken cancellationToken);
}
