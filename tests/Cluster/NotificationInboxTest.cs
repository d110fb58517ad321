using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Messages;
using BktSmart.Notifications;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Cluster;

public sealed class NotificationInboxTest(LiveBank bank) : IClassFixture<LiveBank>
{
    private static readonly Currency All = Currency.Parse("ALL");

    private async Task PayAsync(TestCustomer payer, AccountDetails from, AccountDetails to, long amount) =>
        Assert.True((await bank.Grains.Account(from.Iban).Transfer(
            payer.Number,
            new TransferCommand(new TransferId(Guid.CreateVersion7()), to.Iban, new Money(amount, All), ""),
            OrderTerms.Unlimited,
            CancellationToken.None)).Succeeded);

    private Task<IReadOnlyList<Notification>> InboxAsync(TestCustomer customer, int count) => BankCluster.EventuallyAsync(
        () => bank.Grains.NotificationInbox(customer.Number).ListAfter(0, 200, CancellationToken.None), list => list.Count >= count);

    private Task<long> DrainedAsync() => BankCluster.EventuallyAsync(
        () => TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.event"), count => count == 0);

    [Fact]
    public async Task Delivery_ManyTransfersAtOnce_LeadsToOneNotificationEachInOrderOfTheAccount()
    {
        var (payer, payee) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var (from, to) = (await bank.OpenAccountAsync(payer, 100_000), await bank.OpenAccountAsync(payee));
        await Task.WhenAll(Enumerable.Range(1, 40).Select(i => PayAsync(payer, from, to, i)));

        var inbox = await InboxAsync(payee, 40);
        var numbers = inbox.Select(notification => notification.Number).ToArray();
        Assert.Equal(numbers.Distinct().Order(), numbers);
        var balances = (await bank.Grains.Account(to.Iban).ListTransactions(payee.Number, null, 200, CancellationToken.None))
            .Value!.Transactions
            .Reverse()
            .Select(transaction => $"balance {transaction.BalanceAfter}.");
        Assert.All(inbox.Zip(balances), pair => Assert.EndsWith(pair.Second, pair.First.Body, StringComparison.Ordinal));
        Assert.Equal(41, (await InboxAsync(payer, 41)).Count);
    }

    [Fact]
    public async Task Delivery_SameEventsAgain_AddNothing()
    {
        var (payer, payee) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var (from, to) = (await bank.OpenAccountAsync(payer, 1_000), await bank.OpenAccountAsync(payee));
        await PayAsync(payer, from, to, 10);
        await InboxAsync(payee, 1);
        await DrainedAsync();

        await RepeatAsync("sequence_number >= 1", to);
        await RepeatAsync("sequence_number >= 1", to);
        await PayAsync(payer, from, to, 20);
        Assert.Equal(2, (await InboxAsync(payee, 2)).Count);
        await DrainedAsync();
        Assert.Equal(2, (await InboxAsync(payee, 2)).Count);
    }

    [Fact]
    public async Task Delivery_EventThatNeverComes_IsFilledFromTheLedger()
    {
        var (payer, payee) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var (from, to) = (await bank.OpenAccountAsync(payer, 1_000), await bank.OpenAccountAsync(payee));
        await bank.StopAsync();
        var registrations = await new AccountRegister(bank.Database.Silo)
            .FindAsync([from.Iban.Value, to.Iban.Value], CancellationToken.None);
        var orders = Enumerable.Range(1, 5).Select(i => new TransferOrder(
            new TransferId(Guid.CreateVersion7()), TransferKind.Payment, registrations[from.Iban.Value].Id, registrations[to.Iban.Value].Id,
            new Money(i, All), "", Originator.Customer));
        var poster = new LedgerPoster(
            new LedgerStore(bank.Database.Silo, new LedgerIdentity("test"), Options.Create(new LedgerOptions())),
            new LedgerCache(Options.Create(new LedgerOptions())),
            TimeProvider.System,
            TestPayments.Free);
        foreach (var order in orders)
            await poster.PostAsync([order], CancellationToken.None);
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            delete from bank.event
             where exists (select from unnest(account_ids, sequence_numbers) as u (account_id, sequence_number)
                            where u.account_id = {registrations[to.Iban.Value].Id} and u.sequence_number in (1, 2, 4))
            """);

        await bank.StartAsync();
        var inbox = await InboxAsync(payee, 5);
        Assert.Equal(["0.01", "0.02", "0.03", "0.04", "0.05"], inbox.Select(notification => notification.Body.Split(' ')[0]));
        await DrainedAsync();
        var report = await new LedgerVerifier(bank.Database.Silo).VerifyAsync(CancellationToken.None);
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));
    }

    [Fact]
    public async Task Push_SecondDeviceSignsIn_GoesThereAndNoLongerToTheFirst()
    {
        var (payer, payee) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var (from, to) = (await bank.OpenAccountAsync(payer, 1_000), await bank.OpenAccountAsync(payee));
        await bank.EnrolAsync(payee);
        var (first, second) = (BankCluster.NewDevice("first"), BankCluster.NewDevice("second"));

        await bank.SignInAsync(payee, first);
        await PayAsync(payer, from, to, 10);
        await InboxAsync(payee, 1);
        await PushedAsync(payee);
        await bank.SignInAsync(payee, second);
        await PayAsync(payer, from, to, 20);
        await InboxAsync(payee, 3);
        await PushedAsync(payee);

        var pushes = bank.Messages.Pushes
            .Where(push => push.Target.DeviceId == first.Id || push.Target.DeviceId == second.Id)
            .ToArray();
        // The second push to the second device tells of the sign-in there.
        Assert.Equal([first.Id, second.Id, second.Id], pushes.Select(push => push.Target.DeviceId));
        // A locked screen shows neither amount nor name, and the push service does not learn who the customer is.
        Assert.All(pushes, push => Assert.DoesNotContain($"{payee.Number}", push.Message.Id, StringComparison.Ordinal));
        Assert.All(pushes, push => Assert.DoesNotContain("0.", push.Message.Title + push.Message.Body, StringComparison.Ordinal));
    }

    /// <summary>What a gateway does is the outbox's business: the inbox does not wait for it.</summary>
    [Fact]
    public async Task Push_GatewayIsBusy_InboxGoesOnAndThePushWaits()
    {
        var (payer, payee) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var (from, to) = (await bank.OpenAccountAsync(payer, 1_000), await bank.OpenAccountAsync(payee));
        await bank.EnrolAsync(payee);
        bank.Messages.Tokens["busy"] = SendOutcome.RetryAfter(TimeSpan.FromHours(1));
        await bank.SignInAsync(payee, BankCluster.NewDevice("busy"));
        await PayAsync(payer, from, to, 10);
        await PayAsync(payer, from, to, 20);
        Assert.Equal(2, (await InboxAsync(payee, 2)).Count);
        await DrainedAsync();
        Assert.Equal(2, await PushesAsync(payee));
    }

    [Fact]
    public async Task SecurityNews_NewDeviceAndLock_ComeToTheInboxAsTheyHappened()
    {
        var customer = await bank.OpenCustomerAsync();
        await bank.EnrolAsync(customer);
        var (first, second) = (BankCluster.NewDevice(), BankCluster.NewDevice());
        await bank.SignInAsync(customer, first);
        await bank.SignInAsync(customer, second);
        await bank.SignInAsync(customer, first);
        for (var i = 0; i < 5; i++)
        {
            await bank.Grains.Authentication().BeginSignIn(
                new CustomerIdentifier(customer.Number, null), new Secret("wrong horse 1"), second, BankCluster.Origin,
                Guid.NewGuid(), CancellationToken.None);
        }

        var inbox = await InboxAsync(customer, 2);
        Assert.Equal(["Signed in on a new device", "Access locked"], inbox.Select(notification => notification.Title));
        Assert.All(inbox, notification => Assert.Equal(NotificationCategory.Security, notification.Category));
        Assert.StartsWith("Your account was opened on \"Phone\".", inbox[0].Body, StringComparison.Ordinal);
    }

    /// <summary>One writer and one text.</summary>
    [Fact]
    public async Task OwnEvent_KindThatOnlyThisTestHas_ComesToTheInboxOnceAndInOrder()
    {
        var customer = await bank.OpenCustomerAsync();
        await using var batch = bank.Database.Silo.CreateBatch();
        for (var i = 1; i <= 3; i++)
            batch.BatchCommands.Add(CustomerEvents.Tell(customer.Number, LiveBank.OnlyHere, new { i }));
        await batch.ExecuteNonQueryAsync();

        var inbox = await InboxAsync(customer, 3);
        Assert.Equal(["1", "2", "3"], inbox.Select(notification => notification.Body));
        await DrainedAsync();
        Assert.Equal(3, (await InboxAsync(customer, 3)).Count);
    }

    /// <summary>A kind that a newer silo wrote: it must neither be lost nor keep others from their news.</summary>
    [Fact]
    public async Task OwnEvent_KindWithoutWords_IsSetAsideAndTheOthersAreTold()
    {
        var (unlucky, other) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var account = await bank.OpenAccountAsync(unlucky, 100);
        await using var batch = bank.Database.Silo.CreateBatch();
        batch.BatchCommands.Add(CustomerEvents.Tell(unlucky.Number, (CustomerEventKind)999));
        batch.BatchCommands.Add(CustomerEvents.Tell(other.Number, LiveBank.OnlyHere, new { i = 7 }));
        TestLog.Current.Allow("Exception while trying to deliver msgs");
        TestLog.Current.Expect("could not be delivered to its inbox");
        await batch.ExecuteNonQueryAsync();

        Assert.Equal("7", (await InboxAsync(other, 1))[0].Body);
        await BankCluster.EventuallyAsync(
            () => TestDatabase.ReadAsync<long>(
                bank.Database.Owner, $"select count(*) from bank.event_set_aside where customer_number = {unlucky.Number}"),
            count => count == 1);
        Assert.Equal(NotificationCategory.Cash, Assert.Single(await InboxAsync(unlucky, 1)).Category);
        await DrainedAsync();
        var report = await new LedgerVerifier(bank.Database.Silo).VerifyAsync(CancellationToken.None);
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));
        // A newer silo tells of it.
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            update bank.inbox_position p
               set position = (select max(number) from bank.customer_event e where e.customer_number = p.customer_number)
             where customer_number = {unlucky.Number}
               and source = 0;
            delete from bank.event_set_aside where customer_number = {unlucky.Number}
            """);
    }

    /// <summary>The event was forgotten by its age before the inbox was told.</summary>
    [Fact]
    public async Task Delivery_EventIsForgotten_MovesThePositionAndTellsNothing()
    {
        var customer = await bank.OpenCustomerAsync();
        var number = customer.Number.Value;
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
            values (8 + {number % 8}, array[{number}], array[0], array[5])
            """);

        await BankCluster.EventuallyAsync(
            () => TestDatabase.ReadAsync<long>(
                bank.Database.Owner, $"select coalesce(max(position), 0) from bank.inbox_position where customer_number = {number}"),
            position => position == 5);
        Assert.Empty(await bank.Grains.NotificationInbox(customer.Number).ListAfter(0, 1, CancellationToken.None));
    }

    /// <summary>Nothing forgets what is young: somebody will have to look at it.</summary>
    [Fact]
    public async Task Delivery_YoungEventIsNotThere_IsSetAside()
    {
        var customer = await bank.OpenCustomerAsync();
        var number = customer.Number.Value;
        TestLog.Current.Allow("Exception while trying to deliver msgs");
        TestLog.Current.Expect("could not be delivered to its inbox");
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
            values (8 + {number % 8}, array[{number}], array[0], array[(1000000 * extract(epoch from clock_timestamp()))::bigint])
            """);

        await BankCluster.EventuallyAsync(
            () => TestDatabase.ReadAsync<long>(
                bank.Database.Owner, $"select count(*) from bank.event_set_aside where customer_number = {number}"),
            count => count == 1);
        Assert.Equal(0, await TestDatabase.ReadAsync<long>(
            bank.Database.Owner, $"select max(position) from bank.inbox_position where customer_number = {number}"));
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"delete from bank.event_set_aside where customer_number = {number}");
    }

    [Fact]
    public async Task List_PagesAndMarks_CountWhatIsUnread()
    {
        var (payer, payee) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync(Language.Albanian));
        var (from, to) = (await bank.OpenAccountAsync(payer, 1_000), await bank.OpenAccountAsync(payee));
        for (var i = 0; i < 5; i++)
            await PayAsync(payer, from, to, 10);
        var numbers = (await InboxAsync(payee, 5)).Select(n => n.Number).ToArray();
        var inbox = bank.Grains.NotificationInbox(payee.Number);

        var page = await inbox.List(null, 2, CancellationToken.None);
        Assert.Equal([numbers[4], numbers[3]], page.Notifications.Select(n => n.Number));
        Assert.Equal((true, 5), (page.HasMore, page.UnreadCount));
        Assert.Equal("Pagesë e marrë", page.Notifications[0].Title);
        page = await inbox.List(numbers[1], 2, CancellationToken.None);
        Assert.Equal([numbers[0]], page.Notifications.Select(n => n.Number));
        Assert.False(page.HasMore);
        Assert.Equal(2, await inbox.MarkRead(numbers[2], CancellationToken.None));
        Assert.Equal(2, await inbox.MarkRead(numbers[2], CancellationToken.None));
        Assert.Equal(0, await inbox.MarkRead(long.MaxValue, CancellationToken.None));
        Assert.Equal(numbers[4], await inbox.GetLastNumber(CancellationToken.None));
    }

    [Fact]
    public async Task Transfer_AccountOfAnother_DoesNotExist()
    {
        var (owner, stranger) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var (account, own) = (await bank.OpenAccountAsync(owner, 1_000), await bank.OpenAccountAsync(stranger));
        var command = new TransferCommand(new TransferId(Guid.CreateVersion7()), own.Iban, new Money(1, All), "");
        var nowhere = Iban.Albanian("205", "1100", "9999999999999999");

        Assert.Equal(
            (await bank.Grains.Account(nowhere).Transfer(stranger.Number, command, OrderTerms.Unlimited, CancellationToken.None)).Refusal,
            (await bank.Grains.Account(account.Iban).Transfer(
                stranger.Number, command, OrderTerms.Unlimited, CancellationToken.None)).Refusal);
        Assert.Equal(
            Reason.AccountNotFound, (await bank.Grains.Account(account.Iban).Get(stranger.Number, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(
            Reason.AccountNotFound,
            (await bank.Grains.Account(account.Iban).ListTransactions(stranger.Number, null, 10, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(
            Reason.TransferNotFound,
            (await bank.Grains.TransferLookup().Get(owner.Number, command.Id, CancellationToken.None)).Refusal?.Reason);
    }

    private Task<long> PushesAsync(TestCustomer customer) => TestDatabase.ReadAsync<long>(
        bank.Database.Owner, $"select count(*) from bank.outbox where customer_number = {customer.Number} and channel <> 3");

    private Task<long> PushedAsync(TestCustomer customer) =>
        BankCluster.EventuallyAsync(() => PushesAsync(customer), waiting => waiting == 0);

    /// <summary>Puts events of an account into the queue once more, with a signal that makes the silos look.</summary>
    private async Task RepeatAsync(string condition, AccountDetails account)
    {
        var repeated = await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
            select a.customer_number % 8, array[a.customer_number], array[a.account_id], array[p.sequence_number]
              from bank.account a
              join bank.posting p on p.account_id = a.account_id
             where a.account_number = '{account.Iban}' and p.{condition}
            """);
        Assert.NotEqual(0, repeated);
        await TestDatabase.ExecuteAsync(bank.Database.Silo, "notify ledger_event, '255 test'");
    }
}
