using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Notifications;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class InboxStoreTest(TestServer server)
{
    private static readonly NotificationText Text = new(NotificationCategory.Cash, "title", "body");

    [Fact]
    public async Task WriteAsync_FromTheKnownPosition_StoresNotificationsAndMovesIt()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 3);
        await inboxes.WriteAsync(Write(account, known: 0, position: 2, items: 2));
        await inboxes.WriteAsync(Write(account, known: 2, position: 3, items: 1));

        Assert.Equal("1/1 2/2 3/3", await NotificationsAsync(bank));
        Assert.Equal(3, (await inboxes.ReadPositionAsync(SourceOf(account))).Position);
    }

    /// <summary>A second activation that believes what the first has left behind.</summary>
    [Fact]
    public async Task WriteAsync_FromAPositionOfBefore_WritesNothing()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 3);
        await inboxes.WriteAsync(Write(account, known: 0, position: 2, items: 2));
        await Assert.ThrowsAsync<InboxMovedException>(() => inboxes.WriteAsync(Write(account, known: 0, position: 3, items: 3)));
        await Assert.ThrowsAsync<InboxMovedException>(() => inboxes.WriteAsync(Write(account, known: 1, position: 3, items: 2)));

        Assert.Equal("1/1 2/2", await NotificationsAsync(bank));
    }

    [Fact]
    public async Task WriteAsync_TwoActivationsAtOnce_OneWritesAndTheOtherIsTold()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 5);
        for (var position = 1; position <= 5; position++)
        {
            var writes = new[] { inboxes, Bank.InboxesOf(bank.Database.Silo) }.Select(
                store => Record.ExceptionAsync(() => store.WriteAsync(Write(account, position - 1, position, items: 1))).AsTask());
            var outcomes = await Task.WhenAll(writes);
            Assert.IsType<InboxMovedException>(Assert.Single(outcomes, outcome => outcome is not null));
        }

        Assert.Equal("1/1 2/2 3/3 4/4 5/5", await NotificationsAsync(bank));
    }

    [Fact]
    public async Task WriteAsync_NothingIsWanted_MovesThePositionAllTheSame()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 2);
        await inboxes.WriteAsync(Write(account, known: 0, position: 1, items: 0));
        await inboxes.WriteAsync(new InboxWrite(account.CustomerNumber!.Value, account.Id, 1, 2, 0, [(2, Text)]));

        Assert.Equal("1/2", await NotificationsAsync(bank));
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "delete from bank.event where queue < 8");
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task WriteAsync_SomebodyHoldsOneInbox_WritesTheOthersAndDoesNotWait()
    {
        var (bank, held, inboxes) = await StartAsync(postings: 1);
        var free = await bank.OpenAccountAsync(100);
        await inboxes.ReadPositionAsync(SourceOf(free));
        await using var connection = await bank.Database.Owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand(
            $"select from bank.inbox_position where customer_number = {held.CustomerNumber} for update", connection))
            await hold.ExecuteNonQueryAsync();

        await Assert.ThrowsAsync<InboxMovedException>(() => inboxes.WriteAsync(Write(held, known: 0, position: 1, items: 1)));
        await inboxes.WriteAsync(Write(free, known: 0, position: 1, items: 1));
        Assert.Equal("1/1", await NotificationsAsync(bank));
    }

    [Fact]
    public async Task ReadPositionsAsync_NotificationsAndNoPosition_BeginsBehindThem()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 3, open: false);
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            insert into bank.notification (customer_number, number, account_id, sequence_number, category, title, body, created_at)
            select {account.CustomerNumber}, number, {account.Id}, number, 3, '', '', now()
              from generate_series(1, 2) as number
            """);

        Assert.Equal(2, (await inboxes.ReadPositionAsync(SourceOf(account))).Position);
        await inboxes.WriteAsync(Write(account, known: 2, position: 3, items: 1));
        Assert.Equal("1/1 2/2 3/3", await NotificationsAsync(bank));
    }

    [Fact]
    public async Task TellCustomer_TwoAtOnce_NumbersRiseInTheOrderOfCommits()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 1);
        var customer = account.CustomerNumber!.Value;
        await using var connection = await bank.Database.Silo.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var first = new NpgsqlCommand($"select bank.tell_customer({customer}, 1::smallint, '{{}}')", connection))
            await first.ExecuteNonQueryAsync();
        var second = TestDatabase.ExecuteAsync(bank.Database.Silo, $"select bank.tell_customer({customer}, 2::smallint, '{{}}')");
        while (await TestDatabase.ReadAsync<long>(
            bank.Database.Corruptor,
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0)
            Assert.False(second.IsCompleted, "the second did not wait");
        await transaction.CommitAsync();
        await second;

        var news = await inboxes.ReadEventsAsync(new InboxQuestion(customer, InboxSource.OwnEvents, 0));
        Assert.Equal([CustomerEventKind.SignedInOnNewDevice, CustomerEventKind.SignInLocked], news.Items.Select(item => item.Kind));
        Assert.True(news.Items[0].Number < news.Items[1].Number);
        Assert.Equal(
            CustomerEventKind.SignInLocked,
            Assert.Single((await inboxes.ReadEventsAsync(new InboxQuestion(customer, InboxSource.OwnEvents, news.Items[0].Number))).Items)
                .Kind);
    }

    private async Task<(Bank Bank, Ledger.AccountRegistration Account, InboxStore Inboxes)> StartAsync(int postings, bool open = true)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var account = await bank.OpenAccountAsync(100);
        var cash = await bank.OwnAccountAsync("CASH-ALL");
        for (var posting = 1; posting < postings; posting++)
            await bank.PostAsync([Bank.Payment(cash, account, 1) with
            {
                Kind = TransferKind.CashDeposit,
                Originator = Originator.Of(new StaffMember("teller-1")),
            }], CancellationToken.None);
        var inboxes = Bank.InboxesOf(bank.Database.Silo);
        if (open)
            await inboxes.ReadPositionAsync(SourceOf(account));
        return (bank, account, inboxes);
    }

    private static InboxSource SourceOf(Ledger.AccountRegistration account) => new(account.CustomerNumber!.Value, account.Id);

    private static InboxWrite Write(Ledger.AccountRegistration account, long known, long position, int items) => new(
        account.CustomerNumber!.Value, account.Id, known, position, known,
        [.. Enumerable.Range(1, items).Select(item => (position - items + item, Text))]);

    private static Task<string> NotificationsAsync(Bank bank) => TestDatabase.ReadAsync<string>(
        bank.Database.Silo,
        "select coalesce(string_agg(number || '/' || sequence_number, ' ' order by customer_number, number), '') from bank.notification");
}
