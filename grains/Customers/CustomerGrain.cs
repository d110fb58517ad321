using BktSmart.Cards;
using BktSmart.Keys;
using BktSmart.Ledger;
using Microsoft.Extensions.Options;

namespace BktSmart.Customers;

/// <summary>
/// Holds nothing in memory: what the branch records is in tables, each change in one transaction with its audit entry. A repeated command
/// finds what the first one did; a second activation meets the same constraints.
/// </summary>
[GrainType("customer")]
internal sealed class CustomerGrain(
    CustomerStore customers, AccountRegister accounts, CardStore cards, CustomerCorrections corrections,
    CallerIdentificationStore callers, BankKeys keys, [BankClock] TimeProvider time,
    IOptions<AccountOptions> options, IOptions<CallerIdentificationOptions> identification)
    : Grain, ICustomerGrain, IMayNameNothing
{
    // Whether a call has found the customer.
    private bool _known;

    public bool NamesNothing => !_known;

    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    public async Task<Result<Customer>> Get(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) is { } customer ? customer : new Refusal(Reason.CustomerNotFound, "name");

    public async Task<Result<Customer>> RecordAgreement(StaffMember staff, int version, CancellationToken cancellationToken) =>
        await customers.RecordAgreementAsync(staff, Number, version, cancellationToken)
            ? await Get(cancellationToken)
            : new Refusal(Reason.CustomerNotFound, "customer");

    public async Task<Result<CorrectionAnswer>> RequestCorrection(
        StaffMember staff, string? name, NationalId? nationalId, string note, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } customer)
            return new Refusal(Reason.CustomerNotFound, "customer.name");
        if (nationalId?.BornOn > BankTime.Today(time))
            return new Refusal(Reason.NationalIdMalformed, "customer.national_id");
        var wanted = new CustomerDetails(name ?? customer.Name, nationalId ?? customer.NationalId);
        if (wanted == new CustomerDetails(customer.Name, customer.NationalId))
            return new CorrectionAnswer(customer, null);
        // Said now, where it is known now; whether it is still free is asked at the confirmation.
        if (await customers.FindAsync(new CustomerIdentifier(null, wanted.NationalId), cancellationToken) is { } owner && owner != Number)
            return new Refusal(Reason.NationalIdTaken, "customer.national_id");

        var requested = await corrections.RequestAsync(staff, Number, wanted, note, cancellationToken);
        return requested.Succeeded ? new CorrectionAnswer(null, requested.Value) : requested.Refusal;
    }

    public async Task<Result<AccountDetails>> OpenAccount(
        StaffMember staff, Guid requestId, string branchCode, Currency currency, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is null)
            return new Refusal(Reason.CustomerNotFound, "customer");
        return await accounts.OpenAsync(
            staff, requestId, Number, options.Value.BankCode, branchCode, currency, time.GetUtcNow(), cancellationToken);
    }

    public async Task<Result<Card>> IssueCard(StaffMember staff, Secret cardNumber, CardExpiry expiry, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is null)
            return new Refusal(Reason.CustomerNotFound, "customer");
        if (expiry.LastDay < BankTime.Today(time))
            return new Refusal(Reason.CardExpired, "expiry");
        return await cards.IssueAsync(staff, Number, keys.CardFingerprint(cardNumber), cardNumber.Value[^4..], expiry, cancellationToken);
    }

    public async Task<Result<Done>> IdentifyCaller(
        StaffMember staff, NationalId nationalId, string cardLastFourDigits, CancellationToken cancellationToken)
    {
        var identified = await callers.IdentifyAsync(
            staff, Number, nationalId, cardLastFourDigits, identification.Value.CallerFailuresPerDayMax, cancellationToken);
        _known |= identified.Succeeded;
        return identified;
    }

    public async Task<IReadOnlyList<AccountDetails>> ListAccounts(CancellationToken cancellationToken)
    {
        var found = await accounts.ListAsync(Number, cancellationToken);
        _known |= found.Count > 0;
        return found;
    }

    private async Task<Customer?> FindAsync(CancellationToken cancellationToken)
    {
        var customer = await customers.FindAsync(Number, cancellationToken);
        _known |= customer is not null;
        return customer;
    }
}
