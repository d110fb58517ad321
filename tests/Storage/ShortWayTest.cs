using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

/// <summary>One order that needs the long way does not take the others of its batch with it.</summary>
public sealed class ShortWayTest(TestServer server)
{
    [Fact]
    public async Task TryPostAsync_AHoldAmongPayments_LeavesOnlyItAndThoseBehindItOnItsAccounts()
    {
        var (bank, accounts) = await OpenAsync();
        TransferOrder[] orders =
        [
            Bank.Payment(accounts[0], accounts[1], 1),
            Bank.Hold(accounts[0], accounts[2], 1, DateTimeOffset.UtcNow.AddDays(1)),
            Bank.Payment(accounts[3], accounts[4], 1),
            Bank.Payment(accounts[2], accounts[4], 1),
            Bank.Payment(accounts[4], accounts[5], 1),
            Bank.Payment(accounts[3], accounts[1], 1),
        ];
        var (way, posted) = await bank.Poster.TryPostAsync(orders, CancellationToken.None);
        Assert.Equal(ShortWay.NotFit, way);
        // The fourth stays behind the hold, the fifth behind the fourth.
        Assert.Equal([false, true, false, true, true, false], posted.Decisions.Select(decision => decision.IsOpen));
        Assert.All(posted.Decisions, decision => Assert.Null(decision.Refusal));
        Assert.Equal(3, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.transfer where kind = 1") - 6);
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task TryPostAsync_OldIdsThatThisSiloDoesNotRemember_AreAnsweredBesideNewOnes()
    {
        var (bank, accounts) = await OpenAsync();
        var old = Bank.Payment(accounts[0], accounts[1], 5);
        await bank.BookAsync(old);
        var poster = bank.OtherPoster();
        await bank.BookAsync(Bank.Payment(accounts[0], accounts[1], 1), poster);

        TransferOrder[] orders = [Bank.Payment(accounts[2], accounts[3], 1), old, Bank.Payment(accounts[0], accounts[1], 1)];
        var (way, posted) = await poster.TryPostAsync(orders, CancellationToken.None);
        Assert.Equal(ShortWay.Posted, way);
        Assert.Equal(orders.Select(order => order.Id), posted.Decisions.Select(decision => decision.Recorded!.Id));
        Assert.Equal(1_000 - 5 - 1 - 1, (await bank.StateAsync(accounts[0])).BalanceMinor);
        await bank.AssertSoundAsync();
    }

    /// <summary>What makes no sense is answered by its id first, whether this silo remembers that or not.</summary>
    [Fact]
    public async Task TryPostAsync_NoSenseUnderAKnownId_IsAnsweredByTheId()
    {
        var (bank, accounts) = await OpenAsync();
        var old = Bank.Payment(accounts[0], accounts[1], 5);
        await bank.BookAsync(old);
        var poster = bank.OtherPoster();
        await bank.BookAsync(Bank.Payment(accounts[0], accounts[1], 1), poster);
        TransferOrder[] orders =
        [
            old with { Amount = old.Amount with { Minor = 0 } },
            old with { CreditAccountId = null },
            old with { CreditAccountId = old.DebitAccountId },
            Bank.Payment(accounts[0], accounts[1], 0),
        ];
        var (way, posted) = await poster.TryPostAsync(orders, CancellationToken.None);
        Assert.Equal(ShortWay.Posted, way);
        Assert.Equal(
            [
                new Refusal(Reason.TransferIdReused, "amount"), new Refusal(Reason.TransferIdReused, "payee_iban"),
                new Refusal(Reason.TransferIdReused, "payee_iban"), new Refusal(Reason.AmountNotPositive, "amount"),
            ],
            posted.Decisions.Select(decision => decision.Refusal));
    }

    /// <summary>Six accounts, of which the poster knows how they stand.</summary>
    private async Task<(Bank Bank, AccountRegistration[] Accounts)> OpenAsync()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var accounts = new AccountRegistration[6];
        for (var i = 0; i < accounts.Length; i++)
            accounts[i] = await bank.OpenAccountAsync(1_000);
        for (var i = 0; i < accounts.Length; i++)
            await bank.BookAsync(Bank.Payment(accounts[i], accounts[(i + 1) % accounts.Length], 1));
        return (bank, accounts);
    }
}
