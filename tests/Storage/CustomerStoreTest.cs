using BktSmart.Answers;
using BktSmart.Customers;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class CustomerStoreTest(TestServer server)
{
    private static readonly byte[] Fingerprint = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

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
        Assert.Equal(1, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.audit where staff = 'teller-1'"));
    }

    [Fact]
    public async Task CreateAsync_SameRequestManyTimesAtOnce_IsOneCustomer()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var request = bank.NextCustomer() with { Number = CustomerNumber.From(300_000_000) };
        var created = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => bank.Customers.CreateAsync(Bank.Teller, request, CancellationToken.None)));
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

    [Fact]
    public async Task IssueCardAsync_CardOfAnother_IsTaken()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (first, second) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var expiry = CardExpiry.Parse("12/29");

        Assert.True((await bank.Customers.IssueCardAsync(Bank.Teller, first, Fingerprint, "1234", expiry, CancellationToken.None)).Succeeded);
        Assert.True((await bank.Customers.IssueCardAsync(Bank.Teller, first, Fingerprint, "1234", expiry, CancellationToken.None)).Succeeded);
        Assert.Equal(Reason.CardTaken, (await bank.Customers.IssueCardAsync(Bank.Teller, second, Fingerprint, "1234", expiry, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(1, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.card"));
    }

    [Fact]
    public async Task BlockCards_OnceBlocked_StayBlockedForTheSiloToo()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var customer = await bank.OpenCustomerAsync();
        var expiry = CardExpiry.Parse("12/29");
        Assert.True((await bank.Customers.IssueCardAsync(Bank.Teller, customer, Fingerprint, "1234", expiry, CancellationToken.None)).Succeeded);
        await using (var batch = bank.Database.Silo.CreateBatch())
        {
            batch.BatchCommands.Add(CustomerStore.BlockCards(customer, DateTimeOffset.UnixEpoch));
            Assert.Equal(1, await batch.ExecuteNonQueryAsync(CancellationToken.None));
        }

        foreach (var value in (string[])["null", "now()"])
            await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(bank.Database.Silo, $"update bank.card set blocked_at = {value}"));
        Assert.True((await bank.Customers.FindCardAsync(Fingerprint, CancellationToken.None))!.Value.IsBlocked);
        Assert.Equal(Reason.CardBlocked, (await bank.Customers.IssueCardAsync(Bank.Teller, customer, Fingerprint, "1234", expiry, CancellationToken.None)).Refusal?.Reason);
    }

    [Fact]
    public async Task OpenAsync_SameRequestAgain_IsOneAccountAndOtherContentIsRefused()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var customer = await bank.OpenCustomerAsync();
        var request = Guid.NewGuid();
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => bank.Accounts.OpenAsync(
            Bank.Teller, request, customer, "205", "1100", Bank.All, DateTimeOffset.UnixEpoch, CancellationToken.None)));
        Assert.Single(opened.Select(result => result.Value!.Iban).Distinct());
        Assert.Equal(Reason.RequestIdReused, (await bank.Accounts.OpenAsync(
            Bank.Teller, request, customer, "205", "1101", Bank.All, DateTimeOffset.UnixEpoch, CancellationToken.None)).Refusal?.Reason);
    }

    private static async Task<Reason?> RefusalAsync(Bank bank, NewCustomer customer) =>
        (await bank.Customers.CreateAsync(Bank.Teller, customer, CancellationToken.None)).Refusal?.Reason;
}
