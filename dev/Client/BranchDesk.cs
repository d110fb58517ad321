using BktSmart.Staff.V1;
using BktSmart.V1;

namespace BktSmart.Dev.Client;

/// <summary>What staff do at the counter, one call each. Ids come from the caller where a repetition must be the same request.</summary>
public sealed class BranchDesk(BranchService.BranchServiceClient service)
{
    /// <summary>The code of the branch that opens accounts here.</summary>
    private const string BranchCode = "1100";

    /// <summary>For calls that have no method here.</summary>
    public BranchService.BranchServiceClient Service => service;

    public async Task<Customer> CreateCustomerAsync(Person person, Guid? requestId = null, CancellationToken cancellationToken = default)
    {
        var request = new CreateCustomerRequest
        {
            RequestId = (requestId ?? Guid.NewGuid()).ToString(),
            Customer = new Customer
            {
                DisplayName = person.Name,
                NationalId = person.NationalId,
                PhoneNumber = person.PhoneNumber,
                Language = person.Language,
            },
        };
        return (await service.CreateCustomerAsync(request, cancellationToken: cancellationToken)).Customer;
    }

    public async Task<Customer> GetCustomerAsync(string name, CancellationToken cancellationToken = default) =>
        (await service.GetCustomerAsync(new GetCustomerRequest { Name = name }, cancellationToken: cancellationToken)).Customer;

    public async Task<Customer> RecordAgreementAsync(string customer, int version, CancellationToken cancellationToken = default)
    {
        var request = new RecordAgreementRequest { Customer = customer, Version = version };
        return (await service.RecordAgreementAsync(request, cancellationToken: cancellationToken)).Customer;
    }

    /// <param name="customer">customers/{number}.</param>
    /// <param name="phoneNumber">E.164.</param>
    /// <param name="note">Why.</param>
    /// <param name="waiveFnpBlock">FNPs may go to the new number at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Customer> ChangePhoneNumberAsync(
        string customer, string phoneNumber, string note, bool waiveFnpBlock = false, CancellationToken cancellationToken = default)
    {
        var request =
            new ChangePhoneNumberRequest { Customer = customer, PhoneNumber = phoneNumber, WaiveFnpBlock = waiveFnpBlock, Note = note };
        return (await service.ChangePhoneNumberAsync(request, cancellationToken: cancellationToken)).Customer;
    }

    public async Task<Account> OpenAccountAsync(
        string customer, string currency = "ALL", Guid? requestId = null, CancellationToken cancellationToken = default)
    {
        var request = new OpenAccountRequest
        {
            RequestId = (requestId ?? Guid.NewGuid()).ToString(),
            Customer = customer,
            BranchCode = BranchCode,
            CurrencyCode = currency,
        };
        return (await service.OpenAccountAsync(request, cancellationToken: cancellationToken)).Account;
    }

    public async Task<IssueCardResponse> IssueCardAsync(string customer, Person person, CancellationToken cancellationToken = default)
    {
        var request = new IssueCardRequest { Customer = customer, CardNumber = person.CardNumber, Expiry = person.CardExpiry };
        return await service.IssueCardAsync(request, cancellationToken: cancellationToken);
    }

    public async Task<Transfer> DepositCashAsync(
        string account, Money amount, string reference = "", Guid? transferId = null, CancellationToken cancellationToken = default)
    {
        var request = new DepositCashRequest
        {
            TransferId = (transferId ?? Guid.CreateVersion7()).ToString(),
            Account = account,
            Amount = amount,
            Reference = reference,
        };
        return (await service.DepositCashAsync(request, cancellationToken: cancellationToken)).Transfer;
    }

    public async Task<Transfer> WithdrawCashAsync(
        string account, Money amount, string reference = "", Guid? transferId = null, CancellationToken cancellationToken = default)
    {
        var request = new WithdrawCashRequest
        {
            TransferId = (transferId ?? Guid.CreateVersion7()).ToString(),
            Account = account,
            Amount = amount,
            Reference = reference,
        };
        return (await service.WithdrawCashAsync(request, cancellationToken: cancellationToken)).Transfer;
    }

    /// <summary>A customer who can enrol: agreement signed, card issued, and an account with money in it.</summary>
    public async Task<(Customer Customer, Account Account)> SetUpAsync(
        Person person, long depositMinorUnits = 0, string currency = "ALL", CancellationToken cancellationToken = default)
    {
        var customer = await CreateCustomerAsync(person, cancellationToken: cancellationToken);
        customer = await RecordAgreementAsync(customer.Name, 2, cancellationToken);
        await IssueCardAsync(customer.Name, person, cancellationToken);
        var account = await OpenAccountAsync(customer.Name, currency, cancellationToken: cancellationToken);
        if (depositMinorUnits > 0)
            await DepositCashAsync(
                account.Name, new Money { MinorUnits = depositMinorUnits, CurrencyCode = currency }, cancellationToken: cancellationToken);
        return (customer, account);
    }
}
