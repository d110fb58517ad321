using BktSmart.Accounts;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Notifications;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class LedgerEventStoreTest(TestServer server)
{
    [Fact]
    public async Task ReadAsync_RowThatCommitsLate_IsNotSkipped()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (early, late) = (await bank.OpenAccountAsync(100), await bank.OpenAccountAsync(100));
        var queue = LedgerEventQueues.Of(early.CustomerNumber!.Value.Value);
        var store = Bank.EventsOf(bank.Database.Silo);
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "delete from bank.event");

        await using var slow = await bank.Database.Owner.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await InsertAsync(slow, queue, early.CustomerNumber.Value.Value, early.Id);
        await using (var fast = await bank.Database.Owner.OpenConnectionAsync())
            await InsertAsync(fast, queue, late.CustomerNumber!.Value.Value, late.Id);

        var first = Assert.Single(await store.ReadAsync(new EventQuestion(queue, [], 10)));
        Assert.Equal(late.Id, Assert.Single(first.Events).AccountId);
        await TellAsync(bank, first.Events[0]);
        Assert.Equal(0, await store.FinishAsync([first.Row]));

        await transaction.CommitAsync();
        var second = Assert.Single(await store.ReadAsync(new EventQuestion(queue, [], 10)));
        Assert.Equal(early.Id, Assert.Single(second.Events).AccountId);
        Assert.True(second.Row.Id < first.Row.Id, "the late row was not the one with the lower id: the test shows nothing");
    }

    [Fact]
    public async Task ReadAsync_InFlight_IsLeftOutAndTheRestIsInOrder()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(100), await bank.OpenAccountAsync());
        for (var i = 0; i < 5; i++)
            await bank.PostAsync([Bank.Payment(from, to, 1)], CancellationToken.None);
        var queue = LedgerEventQueues.Of(to.CustomerNumber!.Value.Value);
        var store = Bank.EventsOf(bank.Database.Silo);

        var all = EventsOf(to, await store.ReadAsync(new EventQuestion(queue, [], 100)));
        Assert.Equal([1, 2, 3, 4, 5], all.Select(e => e.SequenceNumber));
        var rest = EventsOf(to, await store.ReadAsync(new EventQuestion(queue, [all[0].EventId, all[2].EventId], 100)));
        Assert.Equal([2, 4, 5], rest.Select(e => e.SequenceNumber));
    }

    [Fact]
    public async Task ReadAsync_BatchOfManyTransfers_IsOneRowWithOneEventForEachAccount()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(100), await bank.OpenAccountAsync());
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "delete from bank.event");
        await bank.PostAsync([.. Enumerable.Range(0, 5).Select(_ => Bank.Payment(from, to, 1))], CancellationToken.None);

        var rows = await Bank.EventsOf(bank.Database.Silo).ReadAsync(
            new EventQuestion(LedgerEventQueues.Of(to.CustomerNumber!.Value.Value), [], 1));
        Assert.Equal(5, Assert.Single(EventsOf(to, rows)).SequenceNumber);
    }

    [Fact]
    public async Task FinishAsync_InboxWasNotTold_SetsTheEventAsideAndDeletesTheRow()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(100), await bank.OpenAccountAsync());
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "delete from bank.event");
        for (var i = 0; i < 2; i++)
            await bank.PostAsync([Bank.Payment(from, to, 1)], CancellationToken.None);
        var store = Bank.EventsOf(bank.Database.Silo);
        var rows = await ReadAllAsync(store);

        await TellAsync(bank, EventsOf(to, rows)[0]);
        Assert.Equal(2, await store.FinishAsync([.. rows.Select(row => row.Row)]));
        Assert.Empty(await ReadAllAsync(store));
        Assert.Equal(
            $"{from.Id}: 3, {to.Id}: 2",
            await TestDatabase.ReadAsync<string>(
                bank.Database.Silo,
                "select string_agg(source || ': ' || number, ', ' order by source) from bank.event_set_aside"));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task ReplayAsync_Due_ComesAgainWithGrowingPausesUntilItWasTold()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var account = await bank.OpenAccountAsync(100);
        var store = Bank.EventsOf(
            bank.Database.Silo,
            new LedgerEventOptions { RedeliveryDelay = TimeSpan.FromHours(1), RedeliveryDelayMax = TimeSpan.FromHours(3) });
        var seconds = new List<long>();
        for (var tries = 0; tries < 4; tries++)
        {
            var rows = await ReadAllAsync(store);
            Assert.Equal(1, Assert.Single(Assert.Single(rows).Events).SequenceNumber);
            Assert.Equal(1, await store.FinishAsync([rows[0].Row]));
            Assert.Equal(0, await store.ReplayAsync(10, CancellationToken.None));
            seconds.Add(await TestDatabase.ReadAsync<long>(
                bank.Database.Silo, "select round(extract(epoch from due_at - clock_timestamp()) / 60)::bigint from bank.event_set_aside"));
            await TestDatabase.ExecuteAsync(bank.Database.Silo, "update bank.event_set_aside set due_at = clock_timestamp()");
            Assert.Equal(1, await store.ReplayAsync(10, CancellationToken.None));
            await bank.AssertSoundAsync();
        }

        Assert.Equal([60, 120, 180, 180], seconds);
        await TellAsync(bank, (await ReadAllAsync(store))[0].Events[0]);
        await TestDatabase.ExecuteAsync(bank.Database.Silo, "update bank.event_set_aside set due_at = clock_timestamp()");
        Assert.Equal(0, await store.ReplayAsync(10, CancellationToken.None));
        Assert.Equal(0, await store.CountSetAsideAsync(CancellationToken.None));
    }

    [Fact]
    public async Task ReadAsync_OwnEventOfACustomer_ComesBeforePostings()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var account = await bank.OpenAccountAsync(100);
        var customer = account.CustomerNumber!.Value;
        await TestDatabase.ExecuteAsync(bank.Database.Silo, $"select bank.tell_customer({customer}, 1::smallint, '{{}}')");

        var rows = await Bank.EventsOf(bank.Database.Silo).ReadAsync(new EventQuestion(LedgerEventQueues.Of(customer.Value), [], 10));
        var number = await TestDatabase.ReadAsync<long>(bank.Database.Silo, "select number from bank.customer_event");
        Assert.Equal([(0L, number), (account.Id, 1L)], rows.SelectMany(row => row.Events).Select(e => (e.AccountId, e.Position)));
        Assert.Equal(0, rows[0].Events[0].SequenceNumber);
    }

    [Fact]
    public async Task ReadAndDelete_SeveralQueuesTogether_EachGetsItsOwn()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var accounts = new[] { await bank.OpenAccountAsync(100), await bank.OpenAccountAsync(100) };
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "delete from bank.event");
        var time = new WatchedClock();
        var store = Bank.EventsOf(
            bank.Database.Silo,
            new LedgerEventOptions { ReadInterval = TimeSpan.FromSeconds(1), DeliveryInterval = TimeSpan.FromSeconds(1) },
            time);
        await using (var connection = await bank.Database.Owner.OpenConnectionAsync())
        {
            for (var i = 0; i < 3; i++)
            {
                await InsertAsync(connection, 1, accounts[0].CustomerNumber!.Value.Value, accounts[0].Id);
                await InsertAsync(connection, 2, accounts[1].CustomerNumber!.Value.Value, accounts[1].Id);
            }
        }

        var first = await store.ReadAsync(new EventQuestion(1, [], 1));
        var (one, two) = (store.ReadAsync(new EventQuestion(1, [first[0].Row.Id], 10)), store.ReadAsync(new EventQuestion(2, [], 2)));
        await time.WaitsAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([accounts[0].Id, accounts[0].Id], (await one).SelectMany(row => row.Events).Select(posted => posted.AccountId));
        Assert.Equal([accounts[1].Id, accounts[1].Id], (await two).SelectMany(row => row.Events).Select(posted => posted.AccountId));

        await TellAsync(bank, first[0].Events[0]);
        Assert.Equal(0, await store.FinishAsync([first[0].Row]));
        var finished = Task.WhenAll(
            store.FinishAsync([.. (await one).Select(row => row.Row)]), store.FinishAsync([.. (await two).Select(row => row.Row)]));
        await time.WaitsAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((long[])[1, 1], await finished);
        Assert.Equal(
            "2", await TestDatabase.ReadAsync<string>(bank.Database.Silo, "select string_agg(queue::text, ' ') from bank.event"));
    }

    private static async Task<ReadRow[]> ReadAllAsync(LedgerEventStore store)
    {
        var rows = new List<ReadRow>();
        for (short queue = 0; queue < LedgerEventQueues.Count; queue++)
            rows.AddRange(await store.ReadAsync(new EventQuestion(queue, [], 100)));
        return [.. rows];
    }

    private static TransactionPosted[] EventsOf(Ledger.AccountRegistration account, IEnumerable<ReadRow> rows) =>
        [.. rows.SelectMany(row => row.Events).Where(posted => posted.AccountId == account.Id)];

    private static async Task TellAsync(Bank bank, TransactionPosted posted)
    {
        var inboxes = Bank.InboxesOf(bank.Database.Silo);
        var source = new InboxSource(posted.Customer, posted.AccountId);
        var known = await inboxes.ReadPositionAsync(source);
        await inboxes.WriteAsync(new InboxWrite(source, known, posted.Position, []));
    }

    private static async Task InsertAsync(NpgsqlConnection connection, short queue, int customer, long account)
    {
        await using var command = new NpgsqlCommand($"""
            insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
            values ({queue}, array[{customer}], array[{account}], array[1])
            """, connection);
        await command.ExecuteNonQueryAsync();
    }
}
