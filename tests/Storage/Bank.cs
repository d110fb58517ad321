using BktSmart.Accounts;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Storage;

/// <summary>Customers and accounts of one test, through the stores.</summary>
internal sealed class Bank(TestDatabase database)
{
    public static readonly StaffMember Teller = new("teller-1");
    public static readonly Currency All = Currency.Parse("ALL");

    private int _serial;
    private LedgerPoster? _poster;

    public static LedgerCache NewCache() => new(Options.Create(new LedgerOptions()));

    public TestDatabase Database { get; } = database;

    public CustomerStore Customers { get; } = new(database.Silo, TimeProvider.System);

    public AccountStore Accounts { get; } = new(database.Silo);

    /// <summary>One silo's memory of the ledger.</summary>
    public LedgerCache Cache { get; } = NewCache();

    public LedgerStore Store { get; } = new(database.Silo, new LedgerIdentity("test"));

    public LedgerPoster Poster => _poster ??= new LedgerPoster(Store, Cache);

    /// <summary>The poster of another silo, which remembers nothing.</summary>
    public LedgerPoster OtherPoster() => new(Store, NewCache());

    public NewCustomer NextCustomer()
    {
        var serial = Interlocked.Increment(ref _serial);
        return new NewCustomer(
            Guid.NewGuid(), null, NationalId.Parse($"J00101{serial:000}A"), $"Customer {serial}", PhoneNumber.FromE164($"+35567200{serial:0000}"), Language.Albanian);
    }

    public async Task<CustomerNumber> OpenCustomerAsync()
    {
        var created = await Customers.CreateAsync(Teller, NextCustomer(), CancellationToken.None);
        Assert.True(created.Succeeded, created.Refusal?.Reason.ToString());
        return created.Value;
    }

    /// <summary>An account of a new customer with some money on it.</summary>
    public async Task<AccountRegistration> OpenAccountAsync(long balanceMinor = 0, string currency = "ALL")
    {
        var customer = await OpenCustomerAsync();
        var opened = await Accounts.OpenAsync(
            Teller, Guid.NewGuid(), customer, "205", "1100", Currency.Parse(currency), DateTimeOffset.UnixEpoch, CancellationToken.None);
        Assert.True(opened.Succeeded, opened.Refusal?.Reason.ToString());
        var account = (await Accounts.FindAsync([opened.Value.Iban.Value], CancellationToken.None)).Values.Single();
        if (balanceMinor > 0)
        {
            var cash = (await Accounts.FindAsync([$"CASH-{currency}"], CancellationToken.None)).Values.Single();
            var order = new TransferOrder(
                new TransferId(Guid.CreateVersion7()), TransferKind.CashDeposit, cash.Id, account.Id, new Money(balanceMinor, account.Currency), "", "teller-1");
            Assert.Null((await PostAsync([order], CancellationToken.None))[0].Refusal);
        }

        return account;
    }

    public static TransferOrder Payment(AccountRegistration from, AccountRegistration to, long amount, Guid? id = null, string reference = "") => new(
        new TransferId(id ?? Guid.CreateVersion7()), TransferKind.Payment, from.Id, to.Id, new Money(amount, from.Currency), reference, null);

    public async Task<IReadOnlyList<Decision>> PostAsync(IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken) =>
        (await Poster.PostAsync(orders, cancellationToken)).Decisions;

    public async Task AssertSoundAsync()
    {
        var report = await new LedgerVerifier(Database.Silo).VerifyAsync(CancellationToken.None);
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));
    }
}
