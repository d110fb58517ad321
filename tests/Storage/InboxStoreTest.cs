using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Notifications;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class InboxStoreTest(TestServer server)
{
    private static readonly DateTimeOffset Noon = new(2100, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly long NoonNumber = Noon.ToUnixTimeMilliseconds() * 1_000;
    private static readonly NotificationText Text = new(NotificationCategory.Cash, "title", "body");

    [Fact]
    public async Task WriteAsync_FromTheKnownPosition_StoresNotificationsAndMovesIt()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 3);
        await inboxes.WriteAsync(Write(account, known: 0, position: 2, items: 2));
        await inboxes.WriteAsync(Write(account, known: 2, position: 3, items: 1));

        Assert.Equal("1 2 3", await NotificationsAsync(bank));
        Assert.Equal(3, await inboxes.ReadPositionAsync(SourceOf(account)));
    }

    /// <summary>A second activation that believes what the first has left behind.</summary>
    [Fact]
    public async Task WriteAsync_FromAPositionOfBefore_WritesNothing()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 3);
        await inboxes.WriteAsync(Write(account, known: 0, position: 2, items: 2));
        await Assert.ThrowsAsync<InboxMovedException>(() => inboxes.WriteAsync(Write(account, known: 0, position: 3, items: 3)));
        await Assert.ThrowsAsync<InboxMovedException>(() => inboxes.WriteAsync(Write(account, known: 1, position: 3, items: 2)));

        Assert.Equal("1 2", await NotificationsAsync(bank));
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

        Assert.Equal("1 2 3 4 5", await NotificationsAsync(bank));
    }

    [Fact]
    public async Task WriteAsync_NothingIsWanted_MovesThePositionAllTheSame()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 2);
        await inboxes.WriteAsync(Write(account, known: 0, position: 1, items: 0));
        await inboxes.WriteAsync(new InboxWrite(SourceOf(account), 1, 2, [(2, Text)]));

        Assert.Equal("2", await NotificationsAsync(bank));
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
        Assert.Equal("1", await NotificationsAsync(bank));
    }

    [Fact]
    public async Task WriteAsync_Numbers_AreTheTimeInMicroseconds()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 3);
        await bank.Database.StopClockAsync(Noon);
        await inboxes.WriteAsync(Write(account, known: 0, position: 3, items: 3));

        Assert.Equal([NoonNumber + 1, NoonNumber + 2, NoonNumber + 3], await NumbersAsync(bank));
    }

    [Fact]
    public async Task WriteAsync_ClockGoesBackOrStands_NumbersRiseAllTheSame()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 3);
        await bank.Database.StopClockAsync(Noon);
        await inboxes.WriteAsync(Write(account, known: 0, position: 1, items: 1));
        await inboxes.WriteAsync(Write(account, known: 1, position: 2, items: 1));
        await bank.Database.StopClockAsync(Noon.AddHours(-1));
        await inboxes.WriteAsync(Write(account, known: 2, position: 3, items: 1));

        Assert.Equal("1 2 3", await NotificationsAsync(bank));
        Assert.Equal([NoonNumber + 1, NoonNumber + 2, NoonNumber + 3], await NumbersAsync(bank));
    }

    /// <summary>Two activations that tell of two sources: what is stored later has the higher number.</summary>
    [Fact]
    public async Task WriteAsync_AnotherSourceOfTheInboxIsBeingWritten_IsLeftForLater()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 1);
        var customer = account.CustomerNumber!.Value;
        await TestDatabase.ExecuteAsync(bank.Database.Silo, $"select bank.tell_customer({customer}, 1::smallint, '{{}}')");
        var own = new InboxSource(customer, InboxSource.OwnEvents);
        await inboxes.ReadPositionAsync(own);
        await using var connection = await bank.Database.Silo.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var first = new NpgsqlCommand(
            $"""
            select bank.write_inboxes(
                array[{customer}], array[0::bigint], array[0::bigint], array[7::bigint], array[1], array[7::bigint], array[4::smallint],
                array[''], array[''], '', interval '1 hour')
            """,
            connection))
            await first.ExecuteNonQueryAsync();

        var write = Write(account, known: 0, position: 1, items: 1);
        await Assert.ThrowsAsync<InboxMovedException>(() => inboxes.WriteAsync(write));
        await transaction.CommitAsync();
        await inboxes.WriteAsync(write);
        Assert.Equal("7 1", await NotificationsAsync(bank));
    }

    [Fact]
    public async Task TellCustomer_TwoAtOnce_NumbersRiseInTheOrderOfCommits()
    {
        var (bank, account, inboxes) = await StartAsync(postings: 1);
        var customer = account.CustomerNumber!.Value;
        var own = new InboxSource(customer, InboxSource.OwnEvents);
        await using var connection = await bank.Database.Silo.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var first = new NpgsqlCommand($"select bank.tell_customer({customer}, 1::smallint, '{{}}')", connection))
            await first.ExecuteNonQueryAsync();
        var second = TestDatabase.ExecuteAsync(bank.Database.Silo, $"select bank.tell_customer({customer}, 2::smallint, '{{}}')");
        await TestDatabase.WaitForLockAsync(bank.Database.Corruptor, second);
        await transaction.CommitAsync();
        await second;

        var news = await inboxes.ReadEventsAsync(new InboxQuestion(own, 0));
        Assert.Equal([CustomerEventKind.SignedInOnNewDevice, CustomerEventKind.SignInLocked], news.Items.Select(item => item.Kind));
        Assert.True(news.Items[0].Number < news.Items[1].Number);
        Assert.Equal(
            CustomerEventKind.SignInLocked,
            Assert.Single((await inboxes.ReadEventsAsync(new InboxQuestion(own, news.Items[0].Number))).Items)
                .Kind);
    }

    private async Task<(Bank Bank, Ledger.AccountRegistration Account, InboxStore Inboxes)> StartAsync(int postings)
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
        await inboxes.ReadPositionAsync(SourceOf(account));
        return (bank, account, inboxes);
    }

    private static InboxSource SourceOf(Ledger.AccountRegistration account) => new(account.CustomerNumber!.Value, account.Id);

    private static InboxWrite Write(Ledger.AccountRegistration account, long known, long position, int items) => new(
        SourceOf(account), known, position,
        [.. Enumerable.Range(1, items).Select(item => (position - items + item, Text))]);

    private static Task<long[]> NumbersAsync(Bank bank) =>
        TestDatabase.ReadAsync<long[]>(bank.Database.Silo, "select array_agg(number order by number) from bank.notification");

    private static Task<string> NotificationsAsync(Bank bank) => TestDatabase.ReadAsync<string>(
        bank.Database.Silo,
        "select coalesce(string_agg(sequence_number::text, ' ' order by customer_number, number), '') from bank.notification");
}
