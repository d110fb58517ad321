using BktSmart.Cards;
using BktSmart.Customers;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class CustomerStoreTest(TestServer server)
{

    [Fact]
    public async Task CreateAsync_TakenNumberNidOrPhone_EachHasItsReason()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var first = bank.NextCustomer() with { Number = CustomerNumber.From(200_000_000) };
        Assert.True((await bank.Customers.CreateAsync(Bank.Teller, first, CancellationToken.None)).Succeeded);

        Assert.Equal(Reason.CustomerNumberTaken, await RefusalAsync(bank, bank.NextCustomer() with { Number = first.Number }));
        Assert.Equal(Reason.NationalIdTaken, await RefusalAsync(bank, bank.NextCustomer() with { NationalId = first.NationalId }));
        Assert.Equal(Reason.PhoneNumberTaken, await RefusalAsync(bank, bank.NextCustomer() with { Phone = first.Phone }));
        Assert.Equal(Reason.RequestIdReused, await RefusalAsync(bank, first with { Name = "Somebody Else" }));
        Assert.Equal(1, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.customer"));
        Assert.Equal(
            1, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.audit where staff = 'teller-1'"));
    }

    [Fact]
    public async Task CreateAsync_SameRequestManyTimesAtOnce_IsOneCustomer()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var request = bank.NextCustomer() with { Number = CustomerNumber.From(300_000_000) };
        var created = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => bank.Customers.CreateAsync(Bank.Teller, request, CancellationToken.None)));
        Assert.All(created, result => Assert.True(result.Succeeded, result.Refusal?.Reason.ToString()));
        Assert.Single(created.Select(result => result.Value).Distinct());
        Assert.Equal(1, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.audit"));
    }

    [Fact]
    public async Task CreateAsync_NextNumberGivenByHandBefore_DrawsAnother()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        Assert.True((await bank.Customers.CreateAsync(
            Bank.Teller, bank.NextCustomer() with { Number = CustomerNumber.From(100_000_001) }, CancellationToken.None)).Succeeded);
        Assert.NotEqual(100_000_001, (await bank.OpenCustomerAsync()).Value);
    }

    [Fact]
    public async Task RecordAgreementAsync_OlderVersionLater_DoesNotGoBack()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var customer = await bank.OpenCustomerAsync();
        foreach (var version in new[] { 2, 1, 2 })
            Assert.True(await bank.Customers.RecordAgreementAsync(Bank.Teller, customer, version, CancellationToken.None));
        Assert.Equal(2, (await bank.Customers.FindAsync(customer, CancellationToken.None))!.AgreementVersion);
        Assert.False(await bank.Customers.RecordAgreementAsync(Bank.Teller, CustomerNumber.From(999_999_999), 2, CancellationToken.None));
    }

    private static async Task<Reason?> RefusalAsync(Bank bank, NewCustomer customer) =>
        (await bank.Customers.CreateAsync(Bank.Teller, customer, CancellationToken.None)).Refusal?.Reason;
}
