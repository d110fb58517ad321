using Orleans.Concurrency;

namespace BktSmart.Customers;

/// <summary>Holds nothing; uniqueness is the database's.</summary>
[StatelessWorker, Reentrant]
internal sealed class CustomerRegistryGrain(
    CustomerStore store, IGrainFactory grains, [BankClock] TimeProvider time)
    : Grain, ICustomerRegistryGrain
{
    public async Task<Result<Customer>> Create(StaffMember staff, NewCustomer customer, CancellationToken cancellationToken)
    {
        if (customer.NationalId.BornOn > BankTime.Today(time))
            return new Refusal(Reason.NationalIdMalformed, "customer.national_id");
        var created = await store.CreateAsync(staff, customer, cancellationToken);
        return created.Succeeded ? await grains.Customer(created.Value).Get(cancellationToken) : created.Refusal!;
    }
}
