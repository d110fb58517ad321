using BktSmart.Accounts;
using BktSmart.Answers;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

public sealed class LedgerStoreTest(TestServer server)
{
    [Fact]
    public async Task PostAsync_Payment_WritesBothSidesAndTheirEvents()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        var order = Bank.Payment(from, to, 300, reference: "qira");

        var decision = (await bank.PostAsync([order], CancellationToken.None)).Single();

        Assert.Null(decision.Refusal);
        Assert.Equal(new LegEffect(2, 700, 0, 1, 300, 0), decision.Recorded!.First);
        var lines = (await bank.Accounts.ListTransactionsAsync(to.Id, null, 10, CancellationToken.None)).Transactions;
        Assert.Equal((300, "qira", from.Iban), (lines[0].Amount.Minor, lines[0].Reference, lines[0].CounterpartyIban));
        Assert.Equal(3, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select sum(cardinality(account_ids))::bigint from bank.event"));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_SameOrderAgain_GivesTheStoredOutcome()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        TransferOrder[] orders = [Bank.Payment(from, to, 300), Bank.Payment(from, to, 5_000)];

        var first = await bank.PostAsync(orders, CancellationToken.None);
        var again = await bank.PostAsync(orders, CancellationToken.None);

        Assert.Equal(
            first[0].Recorded! with { Order = orders[0], BookedAt = default, Further = [] }, again[0].Recorded! with { Order = orders[0], BookedAt = default, Further = [] });
        Assert.Equal(first[1].Refusal, again[1].Refusal);
        Assert.Equal(Reason.InsufficientFunds, again[1].Refusal?.Reason);
        // What the caller heard first must be what is stored, to the last digit of the time.
        Assert.Equal(first[0].Recorded!.BookedAt, again[0].Recorded!.BookedAt);
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_NonsenseOrders_LeaveNoTrace()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (all, eur) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync(1_000, "EUR"));
        var before = await CountAsync(bank);
        TransferOrder[] orders = [Bank.Payment(all, all, 1), Bank.Payment(all, eur, 1), Bank.Payment(all, eur, 1) with { CreditAccountId = null }];
        var decisions = await bank.PostAsync(orders, CancellationToken.None);
        Assert.Equal([Reason.SameAccount, Reason.CurrencyMismatch, Reason.PayeeAccountNotFound], decisions.Select(d => d.Refusal!.Reason));
        Assert.Equal(before, await CountAsync(bank));
    }

    [Fact]
    public async Task PostAsync_ManyWritersOnFewAccounts_KeepEveryInvariant()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var accounts = new List<AccountRegistration>();
        for (var i = 0; i < 6; i++)
            accounts.Add(await bank.OpenAccountAsync(10_000));

        // Each writer is a silo of its own; two of them share their ids, as clients do that retry on another silo.
        var booked = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer / 2);
            var poster = bank.OtherPoster();
            var count = 0;
            for (var round = 0; round < 60; round++)
            {
                var orders = Enumerable.Range(0, random.Next(1, 30)).Select(_ =>
                {
                    var from = random.Next(accounts.Count);
                    var to = (from + random.Next(1, accounts.Count)) % accounts.Count;
                    var bytes = new byte[16];
                    random.NextBytes(bytes);
                    return Bank.Payment(accounts[from], accounts[to], random.Next(1, 4_000), new Guid(bytes));
                }).ToArray();
                count += (await PostWithRetryAsync(poster, orders, shortWay: round % 3 > 0)).Count(decision => decision.Refusal is null);
            }

            return count;
        })));

        Assert.Equal(booked[0], booked[1]);
        Assert.Equal(booked[2], booked[3]);
        Assert.Equal(
            booked[0] + booked[2], await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.transfer where kind = 1 and reason is null"));
        await bank.AssertSoundAsync();
    }

    /// <summary>Two writers with the same new id meet at its key: one fails and posts again.</summary>
    private static async Task<IReadOnlyList<Decision>> PostWithRetryAsync(LedgerPoster poster, TransferOrder[] orders, bool shortWay)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var posted = shortWay && attempt == 0 ? (await poster.TryPostAsync(orders, CancellationToken.None)).Posted : null;
                return (posted ?? await poster.PostAsync(orders, CancellationToken.None)).Decisions;
            }
            catch (LedgerFenceException exception) when (exception.Fence == LedgerFence.TransferDecided && attempt < 10)
            {
            }
        }
    }

    private static Task<string> CountAsync(Bank bank) => TestDatabase.ReadAsync<string>(bank.Database.Owner, """
        select concat_ws('/', (select count(*) from bank.transfer), (select count(*) from bank.posting), (select count(*) from bank.event),
                              (select sum(sequence_number) from bank.account))
        """);
}
