using BktSmart.Ledger;
using BktSmart.Notifications;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streams;

namespace BktSmart.Tests.Storage;

public sealed class LedgerEventReceiverTest(TestServer server)
{
    private const int Number = 3;

    private readonly WatchedClock _time = new();

    /// <summary>The clock stands still between the reads.</summary>
    private readonly LedgerEventOptions _options = new() { ReadInterval = TimeSpan.Zero, DeliveryInterval = TimeSpan.Zero };

    [Fact]
    public async Task GetQueueMessagesAsync_RowLongerThanTheCacheTakes_ComesInPartsAndIsDeletedAfterTheLast()
    {
        await using var stage = await StartAsync(accounts: 5);
        var parts = new List<IList<IBatchContainer>>();
        while (await stage.ReadAsync(maxCount: 2) is { Count: > 0 } part)
            parts.Add(part);
        Assert.Equal([2, 2, 1], parts.Select(part => part.Count));
        Assert.Equal(
            stage.Accounts,
            parts
                .SelectMany(part => part)
                .SelectMany(batch => batch.GetEvents<TransactionPosted>())
                .Select(posted => posted.Item1.AccountId));

        await stage.TellAsync(..);
        foreach (var part in parts)
        {
            Assert.Equal((1, 1), (stage.Queue.InFlightCount, await stage.CountRowsAsync()));
            await stage.Receiver.MessagesDeliveredAsync(part, CancellationToken.None);
        }

        await stage.FinishedAsync();
        Assert.Equal(0, await stage.CountRowsAsync());
    }

    /// <summary>An agent lets go of events that did not fit into its cache as if they had been delivered.</summary>
    [Fact]
    public async Task MessagesDeliveredAsync_InboxWasNotTold_SetsTheEventAside()
    {
        await using var stage = await StartAsync(accounts: 2);
        await stage.TellAsync(0..1);
        await stage.Receiver.MessagesDeliveredAsync(await stage.ReadAsync(maxCount: 10), CancellationToken.None);
        await stage.FinishedAsync();
        Assert.Equal((0, 1), (await stage.CountRowsAsync(), await stage.CountSetAsideAsync()));
        Assert.Equal(TimeSpan.Zero, stage.Queue.OldestAge);
    }

    [Fact]
    public async Task GetQueueMessagesAsync_PaymentsWait_LeavesNewsUntilTheyAreOld()
    {
        await using var stage = await StartAsync(accounts: 1);
        stage.PaymentsWait = true;
        var young = stage.ReadAsync(maxCount: 10);
        await _time.WaitsAsync();
        _time.Advance(_options.Wait);
        Assert.Empty(await young);

        _time.Advance(_options.AgeTarget);
        Assert.True(stage.Queue.OldestAge >= _options.AgeTarget);
        Assert.Single(await stage.ReadAsync(maxCount: 10));
    }

    /// <summary>Nobody knows how old what a lost signal left behind is.</summary>
    [Fact]
    public async Task GetQueueMessagesAsync_PaymentsWaitAndTheSignalIsLost_ReadsAtTheNextPoll()
    {
        await using var stage = await StartAsync(accounts: 1);
        Assert.Single(await stage.ReadAsync(maxCount: 10));
        await stage.AddRowAsync();
        stage.PaymentsWait = true;
        _time.Advance(_options.PollInterval);
        Assert.Single(await stage.Receiver.GetQueueMessagesAsync(10, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task GetQueueMessagesAsync_MoreRowsThanARead_RestIsAsOldAsTheLastOfThem()
    {
        _options.RowsMax = 2;
        await using var stage = await StartAsync(accounts: 1);
        await stage.AddRowAsync();
        await stage.AddRowAsync();
        await stage.SetAgeAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await stage.ReadAsync(maxCount: 10)).Count);
        Assert.InRange(stage.Queue.UnreadAge, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));

        stage.PaymentsWait = true;
        _time.Advance(_options.PollInterval);
        Assert.Single(await stage.ReadAsync(maxCount: 10));
        Assert.Equal(TimeSpan.Zero, stage.Queue.UnreadAge);
    }

    /// <summary>An inbox that hangs keeps its row in flight, and not the queue.</summary>
    [Fact]
    public async Task GetQueueMessagesAsync_MuchIsInFlight_WaitsForItButNotForLong()
    {
        _options.RowsMax = 2;
        await using var stage = await StartAsync(accounts: 1);
        await stage.AddRowAsync();
        Assert.Equal(2, (await stage.ReadAsync(maxCount: 10)).Count);
        await stage.AddRowAsync();
        var waits = stage.ReadAsync(maxCount: 10);
        await _time.WaitsAsync();
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Empty(await waits);

        _time.Advance(_options.PollInterval);
        Assert.Single(await stage.ReadAsync(maxCount: 10));
    }

    [Fact]
    public async Task GetQueueMessagesAsync_SoonAfterTheLast_WaitsAndReadsWhatCameMeanwhile()
    {
        _options.ReadInterval = TimeSpan.FromMilliseconds(100);
        await using var stage = await StartAsync(accounts: 1);
        Assert.Single(await stage.ReadAsync(maxCount: 10));
        var next = stage.ReadAsync(maxCount: 10);
        await stage.AddRowAsync();
        await _time.WaitsAsync();

        _time.Advance(_options.ReadInterval);
        Assert.Single(await next);
    }

    /// <summary>A receiver before one row with an event for each of several accounts.</summary>
    private async Task<Stage> StartAsync(int accounts)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var opened = new List<Ledger.AccountRegistration>();
        for (var i = 0; i < accounts; i++)
            opened.Add(await bank.OpenAccountAsync(100));
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "delete from bank.event");
        var stage = new Stage(bank, opened, _time, _options);
        await stage.AddRowAsync();
        return stage;
    }

    private sealed class Stage : IAsyncDisposable
    {
        private readonly Bank _bank;
        private readonly IReadOnlyList<Ledger.AccountRegistration> _accounts;
        private readonly LedgerEventSignal _signal;

        public Stage(Bank bank, IReadOnlyList<Ledger.AccountRegistration> accounts, FakeTimeProvider time, LedgerEventOptions options)
        {
            (_bank, _accounts) = (bank, accounts);
            _signal = new LedgerEventSignal(
                bank.Database.Silo, Options.Create(options), time, TestLog.Current.CreateLogger<LedgerEventSignal>());
            Receiver = new LedgerEventReceiver(
                Number,
                Queue = new LedgerEventQueue(time),
                Bank.EventsOf(bank.Database.Silo, options, time),
                _signal,
                () => PaymentsWait,
                options,
                time,
                TestLog.Current.CreateLogger<LedgerEventReceiver>());
        }

        public LedgerEventReceiver Receiver { get; }

        public LedgerEventQueue Queue { get; }

        public bool PaymentsWait { get; set; }

        public IEnumerable<long> Accounts => _accounts.Select(account => account.Id).Order();

        public Task<IList<IBatchContainer>> ReadAsync(int maxCount)
        {
            _signal.SetHere(1 << Number);
            return Receiver.GetQueueMessagesAsync(maxCount, CancellationToken.None);
        }

        /// <summary>The deletion waits for nobody.</summary>
        public async Task FinishedAsync()
        {
            while (Queue.InFlightCount > 0)
                await Task.Yield();
        }

        public Task AddRowAsync() => TestDatabase.ExecuteAsync(_bank.Database.Owner, $"""
            insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
            select {Number},
                   array_agg(customer_number order by account_id),
                   array_agg(account_id order by account_id),
                   array_agg(sequence_number order by account_id)
              from bank.account
             where customer_number is not null
            """);

        public Task<long> CountRowsAsync() => TestDatabase.ReadAsync<long>(_bank.Database.Silo, "select count(*) from bank.event");

        public Task<long> CountSetAsideAsync() =>
            TestDatabase.ReadAsync<long>(_bank.Database.Silo, "select count(*) from bank.event_set_aside");

        public Task SetAgeAsync(TimeSpan age) => TestDatabase.ExecuteAsync(
            _bank.Database.Owner, $"update bank.event set written_at = clock_timestamp() - interval '{age.TotalSeconds} seconds'");

        public async Task TellAsync(Range accounts)
        {
            var inboxes = Bank.InboxesOf(_bank.Database.Silo);
            foreach (var account in _accounts.Take(accounts))
            {
                var source = new InboxSource(account.CustomerNumber!.Value, account.Id);
                await inboxes.ReadPositionAsync(source);
                await inboxes.WriteAsync(new InboxWrite(
                    source, Known: 0, Position: 1,
                    [(1, new NotificationText(NotificationCategory.Cash, "", ""))]));
            }
        }

        public ValueTask DisposeAsync()
        {
            _signal.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
