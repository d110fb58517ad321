using Microsoft.Extensions.Options;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Tests.Storage;

public sealed class LedgerWriterTest(TestServer server)
{
    /// <summary>Only a defect takes longer, however busy the machine is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task PostAsync_ConnectionsTerminatedAllTheTime_AnswersEachOrderOnceAndTruly()
    {
        const int OrdersMin = 400;
        const int CutsMin = 10;
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000_000), await bank.OpenAccountAsync());
        await using var writer = new RunningWriter(
            bank, new LedgerOptions { BatchSizeMax = 20, RetriesMax = 100, RetryDelay = TimeSpan.FromMilliseconds(1) });

        var (killed, answered, answeredAtKill) = (0, 0, -1);
        var posting = Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            while (Volatile.Read(ref answered) < OrdersMin || Volatile.Read(ref killed) < CutsMin)
            {
                var order = Bank.Payment(from, to, 1);
                var decision = await writer.Writer.PostAsync(order);
                Assert.Null(decision.Refusal);
                Assert.Equal(order.Id, decision.Recorded!.Id);
                Interlocked.Increment(ref answered);
            }
        }));
        while (!posting.IsCompleted)
        {
            // One cut for every bit of progress: enough to hit every moment of a batch, and an end in sight.
            if (Volatile.Read(ref answered) == answeredAtKill)
            {
                await Task.Yield();
                continue;
            }

            var cut = await TestDatabase.ReadAsync<int>(bank.Database.Corruptor, """
                select count(pg_terminate_backend(pid))::integer from pg_stat_activity
                 where datname = current_database() and application_name = 'test' and state <> 'idle'
                """);
            Interlocked.Add(ref killed, cut);
            if (cut > 0)
                answeredAtKill = Volatile.Read(ref answered);
        }

        await posting;
        Assert.Equal(
            answered, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.transfer where kind = 1"));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_DatabaseCannotBeReached_SaysThatNothingWasBooked()
    {
        TestLog.Current.Expect("Gave up on a batch of 1 transfers");
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await using var nowhere = Npgsql.NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Timeout=1");
        await using var writer = new RunningWriter(
            bank,
            new LedgerOptions { RetriesMax = 1, RetryDelay = TimeSpan.FromMilliseconds(1) },
            new LedgerPoster(
                new LedgerStore(nowhere, new LedgerIdentity("nowhere"), Options.Create(new LedgerOptions())), Bank.NewCache(),
                TimeProvider.System, TestPayments.Free));
        var decision = await writer.Writer.PostAsync(Bank.Payment(from, to, 1));
        Assert.Equal(Reason.Unavailable, decision.Refusal?.Reason);
    }

    [Fact]
    public async Task PostAsync_AnotherSiloFrozenInsideItsTransaction_WaitsNoLongerThanItsLimit()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await using var frozen = bank.Database.BuildSource(TimeSpan.FromMilliseconds(500));
        await using var connection = await frozen.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var hold = new Npgsql.NpgsqlCommand($"select from bank.lock_accounts(array[{from.Id}])", connection))
                await hold.ExecuteNonQueryAsync();
            await using var writer = new RunningWriter(bank, new LedgerOptions());
            // Without the limit it would be refused for ever: the holder never says another word.
            var order = Bank.Payment(from, to, 1);
            while ((await writer.Writer.PostAsync(order).WaitAsync(Patience)).Refusal is { } refusal)
                Assert.Equal(Reason.AccountBusy, refusal.Reason);
        }

        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_OneOrderThatTheDatabaseRefuses_DoesNotTakeTheOthersWithIt()
    {
        TestLog.Current.Expect("Gave up on a batch of 1 transfers");
        TestLog.Current.Expect("The database refused a batch of 3 transfers");
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        // Not started yet, so that all three are one batch.
        var writer = new RunningWriter(bank, new LedgerOptions(), start: false);
        await using (writer)
        {
            var good = writer.Writer.PostAsync(Bank.Payment(from, to, 1));
            var bad = writer.Writer.PostAsync(Bank.Payment(from, to, 1, reference: new string('x', 141)));
            var alsoGood = writer.Writer.PostAsync(Bank.Payment(from, to, 1));
            await writer.StartAsync();
            Assert.Null((await good).Refusal);
            Assert.Null((await alsoGood).Refusal);
            await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        }

        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_QueueIsFull_RefusesAtOnce()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await using var writer = new RunningWriter(bank, new LedgerOptions { QueueLengthMax = 2 }, start: false);
        var waiting = new[] { writer.Writer.PostAsync(Bank.Payment(from, to, 1)), writer.Writer.PostAsync(Bank.Payment(from, to, 1)) };
        var refused = writer.Writer.PostAsync(Bank.Payment(from, to, 1));
        Assert.True(refused.IsCompleted);
        Assert.Equal(Reason.Overloaded, (await refused).Refusal?.Reason);
        await writer.StartAsync();
        Assert.All(await Task.WhenAll(waiting), decision => Assert.Null(decision.Refusal));
    }

    [Fact]
    public async Task Stop_OrdersStillWaiting_AreAnsweredFirst()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        var writer = new RunningWriter(bank, new LedgerOptions { BatchSizeMax = 1 }, start: false);
        var waiting = Enumerable.Range(0, 20).Select(_ => writer.Writer.PostAsync(Bank.Payment(from, to, 1))).ToArray();
        await writer.StartAsync();
        await writer.DisposeAsync();
        Assert.All(waiting, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal(Reason.Overloaded, (await writer.Writer.PostAsync(Bank.Payment(from, to, 1))).Refusal?.Reason);
    }

    [Fact]
    public async Task PostAsync_PoolIsStarved_PostsAllTheSame()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await using var writer = new RunningWriter(bank, new LedgerOptions());
        // The first goes the long way, and opens the connection.
        Assert.Null((await writer.Writer.PostAsync(Bank.Payment(from, to, 1))).Refusal);

        // More than the pool gets through in the time that the test waits, with the one or two threads that it adds in a second.
        const int Blocked = 500;
        using var release = new ManualResetEventSlim();
        using var over = new CountdownEvent(Blocked);
        for (var i = 0; i < Blocked; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    release.Wait();
                    over.Signal();
                },
                null);
        }

        bool posted;
        try
        {
            // Nothing can go on after an await now.
            posted = ((IAsyncResult)writer.Writer.PostAsync(Bank.Payment(from, to, 1))).AsyncWaitHandle.WaitOne(Patience);
        }
        finally
        {
            release.Set();
            over.Wait();
        }

        Assert.True(posted);
    }

    [Fact]
    public async Task PostAsync_LogThrows_AnswersAndGoesOn()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var order = Bank.Payment(await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync(), 1);
        await using var nowhere = Npgsql.NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Timeout=1");
        await using var writer = new RunningWriter(
            bank,
            new LedgerOptions { RetriesMax = 0 },
            new LedgerPoster(
                new LedgerStore(nowhere, new LedgerIdentity("nowhere"), Options.Create(new LedgerOptions())), Bank.NewCache(),
                TimeProvider.System, TestPayments.Free),
            logger: new TestLogger<LedgerWriter>(_ => throw new IOException("The disk of the log is full.")));

        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<IOException>(() => writer.Writer.PostAsync(order).WaitAsync(Patience));
    }

    [Fact]
    public async Task Stop_GivenUpWhileABatchWaitsForALock_SaysThatTheOutcomeIsUnknown()
    {
        TestLog.Current.Expect("Gave up on a batch of 1 transfers");
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await using var patient = bank.Database.BuildSource(lockWaitMax: TimeSpan.FromMinutes(1));
        await using var store = new LedgerStore(patient, new LedgerIdentity("patient"), Options.Create(new LedgerOptions()));
        await using var writer = new RunningWriter(
            bank, new LedgerOptions(), new LedgerPoster(store, Bank.NewCache(), TimeProvider.System, TestPayments.Free));
        Assert.Null((await writer.Writer.PostAsync(Bank.Payment(from, to, 1))).Refusal);

        await using (var connection = await bank.Database.Corruptor.OpenConnectionAsync())
        await using (await connection.BeginTransactionAsync())
        {
            await using (var hold = new Npgsql.NpgsqlCommand(
                $"select from bank.account where account_id = {from.Id} for update", connection))
                await hold.ExecuteNonQueryAsync();
            var waiting = writer.Writer.PostAsync(Bank.Payment(from, to, 1));
            await TestDatabase.WaitForLockAsync(bank.Database.Corruptor, waiting);

            await writer.StopAsync(new CancellationToken(canceled: true)).WaitAsync(Patience);
            Assert.Equal(Reason.OutcomeUnknown, (await waiting).Refusal?.Reason);
        }

        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task Stop_GivenUpWhileTheDatabaseIsSilent_EndsAfterAWhile()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var silent = new SilentDatabase();
        var time = new FakeTimeProvider();
        var logged = new List<EventId>();
        await using var writer = new RunningWriter(
            bank,
            new LedgerOptions { GivenUpWait = TimeSpan.FromSeconds(8) },
            new LedgerPoster(silent, Bank.NewCache(), TimeProvider.System, TestPayments.Free),
            time: time,
            logger: new TestLogger<LedgerWriter>(logged.Add));
        var order = Bank.Payment(await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync(), 1);
        var waiting = writer.Writer.PostAsync(order);
        await silent.Asked;

        var stop = writer.StopAsync(new CancellationToken(canceled: true));
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.False(stop.IsCompleted, "The stop did not wait.");
        time.Advance(TimeSpan.FromSeconds(1));
        await stop;
        Assert.False(waiting.IsCompleted);
        Assert.Equal([1004], logged.Select(id => id.Id));
    }

    /// <summary>Takes what it is asked, and says no word, also when it is told to stop.</summary>
    private sealed class SilentDatabase : ILedgerDatabase
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<ILedgerTransaction> _never = new();

        public Task Asked => _asked.Task;

        public Task<int> OpenChainAsync(CancellationToken cancellationToken) => Task.FromResult(1);

        public Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            return _never.Task;
        }

        public Task<IReadOnlyList<AccountState>> ReadAccountsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyCollection<RecordedTransfer>> FindAsync(
            IReadOnlyCollection<TransferId> ids, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<HeldAccount>> ListHeldAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<DateTimeOffset> PostAsync(LedgerWrite write, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
