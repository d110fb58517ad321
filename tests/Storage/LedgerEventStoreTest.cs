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
        await TestDatabase.ExecuteAsync(bank.Database.Silo, "delete from bank.event");

        await using var slow = await bank.Database.Owner.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await InsertAsync(slow, queue, early.CustomerNumber.Value.Value, early.Id);
        await using (var fast = await bank.Database.Owner.OpenConnectionAsync())
            await InsertAsync(fast, queue, late.CustomerNumber!.Value.Value, late.Id);

        var first = Assert.Single(await store.ReadAsync(new EventQuestion(queue, [], 10)));
        Assert.Equal(late.Iban, first.Account);
        await NotifyAsync(bank, first);
        Assert.Equal([first.EventId], await store.DeleteAsync(new DeliveredEvents(queue, [first.EventId])));

        await transaction.CommitAsync();
        var second = Assert.Single(await store.ReadAsync(new EventQuestion(queue, [], 10)));
        Assert.Equal(early.Iban, second.Account);
        Assert.True(second.EventId < first.EventId, "the late row was not the one with the lower id: the test shows nothing");
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

        var all = (await store.ReadAsync(new EventQuestion(queue, [], 100))).Where(e => e.Account == to.Iban).ToArray();
        Assert.Equal([1, 2, 3, 4, 5], all.Select(e => e.SequenceNumber));
        var rest = await store.ReadAsync(new EventQuestion(queue, [all[0].EventId, all[2].EventId], 100));
        Assert.Equal([2, 4, 5], rest.Where(e => e.Account == to.Iban).Select(e => e.SequenceNumber));
    }

    [Fact]
    public async Task ReadAsync_BatchOfManyTransfers_IsOneRowWithOneEventForEachAccount()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(100), await bank.OpenAccountAsync());
        await TestDatabase.ExecuteAsync(bank.Database.Silo, "delete from bank.event");
        await bank.PostAsync([.. Enumerable.Range(0, 5).Select(_ => Bank.Payment(from, to, 1))], CancellationToken.None);

        var events = await Bank.EventsOf(bank.Database.Silo).ReadAsync(
            new EventQuestion(LedgerEventQueues.Of(to.CustomerNumber!.Value.Value), [], 1));
        Assert.Equal(5, Assert.Single(events, e => e.Account == to.Iban).SequenceNumber);
    }

    [Fact]
    public async Task DeleteAsync_NotificationMissing_KeepsTheRow()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(100), await bank.OpenAccountAsync());
        await TestDatabase.ExecuteAsync(bank.Database.Silo, "delete from bank.event");
        for (var i = 0; i < 2; i++)
            await bank.PostAsync([Bank.Payment(from, to, 1)], CancellationToken.None);
        var queue = LedgerEventQueues.Of(to.CustomerNumber!.Value.Value);
        var store = Bank.EventsOf(bank.Database.Silo);
        var events = (await store.ReadAsync(new EventQuestion(queue, [], 100))).Where(e => e.Account == to.Iban).ToArray();

        await NotifyAsync(bank, events[0]);
        var eventIds = events.Select(e => e.EventId).ToArray();
        Assert.Equal([eventIds[0]], await store.DeleteAsync(new DeliveredEvents(queue, eventIds)));
        Assert.Equal(2, Assert.Single(await store.ReadAsync(new EventQuestion(queue, [], 100)), e => e.Account == to.Iban).SequenceNumber);
    }

    [Fact]
    public async Task ReadAndDelete_SeveralQueuesTogether_EachGetsItsOwn()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var accounts = new[] { await bank.OpenAccountAsync(100), await bank.OpenAccountAsync(100) };
        await TestDatabase.ExecuteAsync(bank.Database.Silo, "delete from bank.event");
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
        var (one, two) = (store.ReadAsync(new EventQuestion(1, [first[0].EventId], 10)), store.ReadAsync(new EventQuestion(2, [], 2)));
        await time.WaitsAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([accounts[0].Id, accounts[0].Id], (await one).Select(posted => posted.AccountId));
        Assert.Equal([accounts[1].Id, accounts[1].Id], (await two).Select(posted => posted.AccountId));

        await NotifyAsync(bank, first[0]);
        Assert.Equal([first[0].EventId], await store.DeleteAsync(new DeliveredEvents(1, [first[0].EventId])));
        var (deleted, kept) = (
            store.DeleteAsync(new DeliveredEvents(1, [.. (await one).Select(posted => posted.EventId)])),
            store.DeleteAsync(new DeliveredEvents(2, [.. (await two).Select(posted => posted.EventId)])));
        await time.WaitsAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((await one).Select(posted => posted.EventId), (await deleted).Order());
        Assert.Empty(await kept);
    }

    private static Task<IReadOnlyList<long>> NotifyAsync(Bank bank, TransactionPosted posted) =>
        Bank.NotificationsOf(bank.Database.Silo).AddAsync(new InboxEntries(
            posted.Customer, posted.AccountId,
            [(posted.SequenceNumber, new NotificationText(NotificationCategory.IncomingTransfer, "", ""))],
            Settled: true, DateTimeOffset.UnixEpoch));

    private static async Task InsertAsync(NpgsqlConnection connection, short queue, int customer, long account)
    {
        await using var command = new NpgsqlCommand($"""
            insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
            values ({queue}, array[{customer}], array[{account}], array[1])
            """, connection);
        await command.ExecuteNonQueryAsync();
    }
}
