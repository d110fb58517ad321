using BktSmart.Accounts;
using BktSmart.Answers;
using BktSmart.Authentication;
using BktSmart.Ledger;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace BktSmart.Customers;

/// <summary>Holds nothing; uniqueness is the database's.</summary>
[StatelessWorker, Reentrant]
internal sealed class CustomerRegistryGrain(CustomerStore store, IGrainFactory grains) : Grain, ICustomerRegistryGrain
{
    public async Task<Result<Customer>> Create(StaffMember staff, NewCustomer customer, CancellationToken cancellationToken)
    {
        var created = await store.CreateAsync(staff, customer, cancellationToken);
        return created.Succeeded ? await grains.Customer(created.Value).Get(cancellationToken) : created.Refusal!;
    }
}

/// <summary>
/// Holds nothing in memory: what the branch records is in tables, each change in one transaction with its audit entry. A repeated command finds what the first
/// one did; a second activation meets the same constraints.
/// </summary>
[GrainType("customer")]
internal sealed class CustomerGrain(
    CustomerStore customers, AccountStore accounts, BankKeys keys, TimeProvider time, IOptions<AccountOptions> options, IOptions<LockoutOptions> lockout) : Grain, ICustomerGrain
{
    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    public async Task<Result<Customer>> Get(CancellationToken cancellationToken) =>
        await customers.FindAsync(Number, cancellationToken) is { } customer ? customer : new Refusal(Reason.CustomerNotFound, "name");

    public async Task<Result<Customer>> RecordAgreement(StaffMember staff, int version, CancellationToken cancellationToken) =>
        await customers.RecordAgreementAsync(staff, Number, version, cancellationToken)
            ? await Get(cancellationToken)
            : new Refusal(Reason.CustomerNotFound, "customer");

    public async Task<Result<AccountDetails>> OpenAccount(
        StaffMember staff, Guid requestId, string branchCode, Currency currency, CancellationToken cancellationToken)
    {
        if (await customers.FindAsync(Number, cancellationToken) is null)
            return new Refusal(Reason.CustomerNotFound, "customer");
        return await accounts.OpenAsync(
            staff, requestId, Number, options.Value.BankCode, branchCode, currency, time.GetUtcNow(), cancellationToken);
    }

    public Task<Result<Card>> IssueCard(StaffMember staff, Secret cardNumber, CardExpiry expiry, CancellationToken cancellationToken) =>
        customers.IssueCardAsync(staff, Number, keys.CardFingerprint(cardNumber), cardNumber.Value[^4..], expiry, cancellationToken);

    public Task<Result<Done>> IdentifyCaller(StaffMember staff, NationalId nationalId, string cardLastFourDigits, CancellationToken cancellationToken) =>
        customers.IdentifyCallerAsync(staff, Number, nationalId, cardLastFourDigits, lockout.Value.CallerFailuresPerDayMax, cancellationToken);

    public Task<IReadOnlyList<AccountDetails>> ListAccounts(CancellationToken cancellationToken) => accounts.ListAsync(Number, cancellationToken);
}
