using Microsoft.Extensions.Options;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using BktSmart.Time;

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
        Assert.Equal(
            3, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select sum(cardinality(account_ids))::bigint from bank.event"));
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
            first[0].Recorded! with { Order = orders[0], BookedAt = default, Further = [] },
            again[0].Recorded! with { Order = orders[0], BookedAt = default, Further = [] });
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
        TransferOrder[] orders =
        [
            Bank.Payment(all, all, 1),
            Bank.Payment(all, eur, 1),
            Bank.Payment(all, eur, 1) with { CreditAccountId = null },
        ];
        var decisions = await bank.PostAsync(orders, CancellationToken.None);
        Assert.Equal([Reason.SameAccount, Reason.PayeeCannotReceive, Reason.PayeeCannotReceive], decisions.Select(d => d.Refusal!.Reason));
        Assert.Equal(before, await CountAsync(bank));
    }

    [Fact]
    public async Task PostAsync_ManyWritersOnFewAccounts_KeepEveryInvariant()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var accounts = new List<AccountRegistration>();
        for (var i = 0; i < 6; i++)
            accounts.Add(await bank.OpenAccountAsync(10_000));

        var fees = await bank.OwnAccountAsync("FEES-ALL");
        var expiresAt = DateTimeOffset.UtcNow.AddDays(1);

        // Each writer is a silo of its own; two of them share their ids, as clients do that retry on another silo.
        var booked = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer / 2);
            var poster = bank.OtherPoster();
            var count = 0;
            var holds = new List<TransferOrder>();
            for (var round = 0; round < 60; round++)
            {
                // Holds take the long way only.
                var shortWay = round % 3 > 0;
                var orders = Enumerable.Range(0, random.Next(1, 30)).Select(_ => NextOrder(random, holds, shortWay)).ToArray();
                count += (await PostWithRetryAsync(poster, orders, shortWay)).Count(decision => decision.Refusal is null);
            }

            return count;
        })));

        Assert.Equal(booked[0], booked[1]);
        Assert.Equal(booked[2], booked[3]);
        Assert.Equal(
            booked[0] + booked[2],
            await TestDatabase.ReadAsync<long>(
                bank.Database.Owner, "select count(*) from bank.transfer where kind <> 2 and reason is null"));
        Assert.Equal(
            [1, 2, 4, 5, 6, 10],
            await TestDatabase.ReadAsync<short[]>(
                bank.Database.Owner, "select array_agg(distinct kind order by kind) from bank.transfer where reason is null"));
        await bank.AssertSoundAsync();

        TransferOrder NextOrder(Random random, List<TransferOrder> holds, bool shortWay)
        {
            var from = random.Next(accounts.Count);
            var to = (from + random.Next(1, accounts.Count)) % accounts.Count;
            var bytes = new byte[16];
            random.NextBytes(bytes);
            var (id, amount) = (new Guid(bytes), random.Next(1, 4_000));
            switch (random.Next(shortWay ? 4 : 8))
            {
                case 3:
                    return Bank.Linked(
                        [
                            (accounts[from], accounts[to], amount),
                            (accounts[to], accounts[from], amount / 2 + 1),
                            (accounts[from], fees, 1),
                        ],
                        id);
                case 4 or 5:
                    holds.Add(Bank.Hold(accounts[from], accounts[to], amount, expiresAt, id));
                    return holds[^1];
                case 6 or 7 when holds.Count > 0:
                    // Also one that is settled already, or was refused, or stands beside this order in its batch.
                    var hold = holds[random.Next(holds.Count)];
                    return random.Next(2) == 0
                        ? Bank.EndHold(TransferKind.HoldRelease, hold, null, id)
                        : Bank.EndHold(TransferKind.HoldPosting, hold, random.Next(1, (int)hold.Amount.Minor + 2), id);
                default:
                    return Bank.Payment(accounts[from], accounts[to], amount, id);
            }
        }
    }

    [Fact]
    public async Task FindAsync_LinkedTransferCommitsMeanwhile_IsReadWithAllOfItsLegs()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to, third) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync(), await bank.OpenAccountAsync());
        var order = Bank.Payment(from, to, 300) with
        {
            Kind = TransferKind.Bookkeeping,
            Originator = Originator.Of(Bank.Desk),
            FurtherLegs = [new FurtherLeg(from.Id, third.Id, new Money(5, Bank.All))],
        };
        await using var writing = await bank.Store.BeginAsync(CancellationToken.None);
        var accounts = (await writing.LockAsync([from.Id, to.Id, third.Id], CancellationToken.None))
            .ToDictionary(state => state.Id, state => new LockedAccount(state));
        var record = await writing.ReadRecordAsync([order], DateTime.MinValue, CancellationToken.None);
        var decided = LedgerRules.Decide(
            new LedgerView(
                accounts, record.Recorded, record.Settled,
                record.Now, record.BusinessDate, BankTime.DateOf(record.Now), TestPayments.Free.Value),
            [order]);
        var chain = await bank.Store.OpenChainAsync(CancellationToken.None);
        await writing.WriteAsync(LedgerWrite.Of(chain, decided.New, accounts, BankTime.DateOf(record.Now)), CancellationToken.None);

        // Who wants the whole table waits for the writer, and the reader waits behind: it stands before the transfers when they commit.
        await using var owner = await bank.Database.Owner.OpenConnectionAsync();
        await using var table = await owner.BeginTransactionAsync();
        await using var exclusive = new Npgsql.NpgsqlCommand("lock table bank.transfer in access exclusive mode", owner);
        var waiting = exclusive.ExecuteNonQueryAsync();
        await TestDatabase.WaitForLockAsync(bank.Database.Corruptor, waiting);
        var reading = bank.Store.FindAsync(order.Id, CancellationToken.None);
        await TestDatabase.WaitForLockAsync(bank.Database.Corruptor, reading, 2);
        await writing.CommitAsync(CancellationToken.None);
        await waiting;
        await table.RollbackAsync();

        var found = await reading;
        Assert.Equal(order.FurtherLegs, found!.Order.FurtherLegs);
        Assert.Single(found.Further);
    }

    [Fact]
    public async Task PostAsync_SiloThatWasDeclaredDead_BooksNothingAnyMore()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await using var store = new LedgerStore(bank.Database.Silo, new LedgerIdentity("frozen"), Options.Create(new LedgerOptions()));
        var frozen = new LedgerPoster(store, Bank.NewCache(), TimeProvider.System, TestPayments.Free);
        await frozen.PostAsync([Bank.Payment(from, to, 1)], CancellationToken.None);

        await bank.Store.EndSilosAsync(["frozen", "never seen"], CancellationToken.None);
        await bank.Store.EndSilosAsync(["frozen"], CancellationToken.None);

        // It wakes up, and tries both ways, and a new chain.
        TransferOrder[] orders = [Bank.Payment(from, to, 2)];
        var shortWay = await Assert.ThrowsAsync<LedgerFenceException>(() => frozen.TryPostAsync(orders, CancellationToken.None));
        var longWay = await Assert.ThrowsAsync<LedgerFenceException>(() => frozen.PostAsync(orders, CancellationToken.None));
        var again = await Assert.ThrowsAsync<LedgerFenceException>(() =>
            new LedgerPoster(store, Bank.NewCache(), TimeProvider.System, TestPayments.Free).PostAsync(orders, CancellationToken.None));
        Assert.All([shortWay, longWay, again], exception => Assert.Equal(LedgerFence.SiloEnded, exception.Fence));
        Assert.Null((await bank.PostAsync(orders, CancellationToken.None))[0].Refusal);
        await bank.AssertSoundAsync();
    }

    /// <summary>Each start of a silo opens a chain; what has not moved since the one before is not taken in again.</summary>
    [Fact]
    public async Task OpenChainAsync_ManyStarts_TakeNoMoreRoomEach()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        await bank.OpenAccountAsync(1_000);
        await TestDatabase.ExecuteAsync(
            bank.Database.Corruptor, "update bank.batch set booked_at = booked_at - interval '2 hours'");
        for (var i = 0; i < 20; i++)
            await bank.Store.OpenChainAsync(CancellationToken.None);
        // Chain, number and hash of one.
        Assert.Equal(48, await TestDatabase.ReadAsync<int>(bank.Database.Owner, "select max(octet_length(heads)) from bank.chain"));
    }

    /// <summary>Two writers with the same new id meet at its key: one fails and posts again.</summary>
    private static async Task<IReadOnlyList<Decision>> PostWithRetryAsync(LedgerPoster poster, TransferOrder[] orders, bool shortWay)
    {
        var decided = shortWay ? (await poster.TryPostAsync(orders, CancellationToken.None)).Posted.Decisions : new Decision[orders.Length];
        var open = orders.Where((_, i) => decided[i].IsOpen).ToArray();
        for (var attempt = 0; open.Length > 0; attempt++)
        {
            try
            {
                var left = new Queue<Decision>((await poster.PostAsync(open, CancellationToken.None)).Decisions);
                return [.. decided.Select(decision => decision.IsOpen ? left.Dequeue() : decision)];
            }
            catch (LedgerFenceException exception) when (exception.Fence == LedgerFence.TransferDecided && attempt < 10)
            {
            }
        }

        return decided;
    }

    private static Task<string> CountAsync(Bank bank) => TestDatabase.ReadAsync<string>(bank.Database.Owner, """
        select concat_ws('/', (select count(*) from bank.transfer), (select count(*) from bank.posting), (select count(*) from bank.event),
                              (select sum(sequence_number) from bank.account))
        """);
}
