using BktSmart.Cards;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class CardStoreTest(TestServer server)
{
    private static readonly byte[] Fingerprint = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public async Task IssueAsync_CardOfAnother_IsTaken()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (first, second) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var expiry = CardExpiry.Parse("12/29");

        Assert.True((await bank.Cards.IssueAsync(Bank.Teller, first, Fingerprint, "1234", expiry, CancellationToken.None)).Succeeded);
        Assert.True((await bank.Cards.IssueAsync(Bank.Teller, first, Fingerprint, "1234", expiry, CancellationToken.None)).Succeeded);
        Assert.Equal(
            Reason.CardTaken,
            (await bank.Cards.IssueAsync(Bank.Teller, second, Fingerprint, "1234", expiry, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(1, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.card"));
    }

    [Fact]
    public async Task BlockAll_OnceBlocked_StayBlockedForTheSiloToo()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var customer = await bank.OpenCustomerAsync();
        var expiry = CardExpiry.Parse("12/29");
        Assert.True((await bank.Cards.IssueAsync(Bank.Teller, customer, Fingerprint, "1234", expiry, CancellationToken.None)).Succeeded);
        await using (var batch = bank.Database.Silo.CreateBatch())
        {
            batch.BatchCommands.Add(CardStore.BlockAll(customer, DateTimeOffset.UnixEpoch));
            Assert.Equal(1, await batch.ExecuteNonQueryAsync(CancellationToken.None));
        }

        foreach (var value in (string[])["null", "now()"])
            await Assert.ThrowsAsync<PostgresException>(
                () => TestDatabase.ExecuteAsync(bank.Database.Silo, $"update bank.card set blocked_at = {value}"));
        Assert.True((await bank.Cards.FindAsync(Fingerprint, CancellationToken.None))!.Value.IsBlocked);
        Assert.Equal(
            Reason.CardBlocked,
            (await bank.Cards.IssueAsync(Bank.Teller, customer, Fingerprint, "1234", expiry, CancellationToken.None)).Refusal?.Reason);
    }
}
