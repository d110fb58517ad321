using BktSmart.Accounts;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace BktSmart.Tests.Cluster;

/// <summary>Which silo books, in a cluster of two. It ends with one, so it has a bank of its own.</summary>
public sealed class LedgerLeadershipTest(TestServer server)
{
    private static readonly Currency All = Currency.Parse("ALL");

    [Fact]
    public async Task Transfer_AccountsOnBothSilos_OneSiloBooksForAllAndTheOtherTakesOver()
    {
        await using var bank = new LiveBank(server);
        await bank.InitializeAsync();
        var customer = await bank.OpenCustomerAsync();
        var accounts = new List<AccountDetails>();
        for (var i = 0; i < 8; i++)
            accounts.Add(await bank.OpenAccountAsync(customer, 1_000_000));

        var payee = await bank.OpenAccountAsync(await bank.OpenCustomerAsync());
        var balance = 1_000_000L;
        // Until both silos know of each other, each may book itself.
        var booked = await BankCluster.EventuallyAsync(PayFromEachAsync, silos => silos.Length == 1 && Roles().Followers.Count == 1);
        var silos = Roles();
        Assert.Equal([silos.Leader.SiloAddress.ToParsableString()], booked);

        var known = await LastBatchAsync();
        TestLog.Current.Allow("Orleans.Runtime");
        TestLog.Current.Allow("An event could not be delivered to its inbox");
        await bank.Cluster.KillSiloAsync(silos.Leader);
        await Task.WhenAll(accounts.Select(async account =>
            Assert.Null((await BankCluster.EventuallyAsync(() => TryPayAsync(account), answer => answer.Succeeded)).Refusal)));
        Assert.Equal([silos.Followers[0].SiloAddress.ToParsableString()], await WhoBookedAsync(known));

        async Task<string[]> PayFromEachAsync()
        {
            var before = await LastBatchAsync();
            balance -= 10;
            foreach (var account in accounts)
            {
                Assert.Null((await PayAsync(account)).Refusal);
                // The silo of the account may not have booked it, and shows it all the same.
                Assert.Equal(
                    balance, (await bank.Grains.Account(account.Iban).Get(customer.Number, CancellationToken.None)).Value!.Balance.Minor);
            }

            return await WhoBookedAsync(before);
        }

        Task<Result<BookedTransfer>> PayAsync(AccountDetails from) => bank.Grains.Account(from.Iban).Transfer(
            customer.Number,
            new TransferCommand(new TransferId(Guid.CreateVersion7()), payee.Iban, new Money(10, All), ""),
            OrderTerms.Unlimited,
            CancellationToken.None);

        // Whoever still looks for the account on the silo that is gone is told so by an exception.
        async Task<Result<BookedTransfer>> TryPayAsync(AccountDetails from)
        {
            try
            {
                return await PayAsync(from);
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                return Reason.Unavailable;
            }
        }

        (InProcessSiloHandle Leader, List<InProcessSiloHandle> Followers) Roles()
        {
            var follows = bank.Cluster.Silos.ToLookup(
                silo => bank.Cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<ILedgerLeadership>().Leader is not null);
            return (follows[false].First(), [.. follows[true]]);
        }

        Task<long> LastBatchAsync() => TestDatabase.ReadAsync<long>(bank.Database.Owner, "select max(batch_id) from bank.batch");

        Task<string[]> WhoBookedAsync(long after) => TestDatabase.ReadAsync<string[]>(
            bank.Database.Owner, $"select array_agg(distinct silo) from bank.batch join bank.chain using (chain) where batch_id > {after}");
    }
}
