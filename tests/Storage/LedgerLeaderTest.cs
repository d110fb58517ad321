using Microsoft.Extensions.Options;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Tests.Storage;

/// <summary>A silo whose orders another one books.</summary>
public sealed class LedgerLeaderTest(TestServer server)
{
    private static readonly SiloAddress Self = SiloAddress.New(IPAddress.Loopback, 11111, 5);
    private static readonly SiloAddress Older = SiloAddress.New(IPAddress.Loopback, 11112, 3);
    private static readonly SiloAddress Younger = SiloAddress.New(IPAddress.Loopback, 11113, 7);
    private static readonly SiloAddress Twin = SiloAddress.New(IPAddress.Loopback, 11110, 5);

    [Fact]
    public void LeaderOf_SilosOfAllAges_IsTheOldestThatIsActive()
    {
        Assert.Null(LeaderOf(SiloStatus.Active));
        Assert.Null(LeaderOf(SiloStatus.Active, (Younger, SiloStatus.Active)));
        Assert.Equal(Older, LeaderOf(SiloStatus.Active, (Older, SiloStatus.Active), (Younger, SiloStatus.Active)));
        // Started in the same second: one of the two, and both say which.
        Assert.Equal(Twin, LeaderOf(SiloStatus.Active, (Twin, SiloStatus.Active)));
        Assert.All(
            [SiloStatus.Created, SiloStatus.Joining, SiloStatus.ShuttingDown, SiloStatus.Stopping, SiloStatus.Dead],
            status =>
            {
                Assert.Null(LeaderOf(SiloStatus.Active, (Older, status), (Younger, SiloStatus.Active)));
                // One that comes or goes may not hear the answer.
                Assert.Null(LeaderOf(status, (Older, SiloStatus.Active)));
            });

        static SiloAddress? LeaderOf(SiloStatus own, params (SiloAddress Address, SiloStatus Status)[] others) => LedgerLeadership.LeaderOf(
            new ClusterMembershipSnapshot(
                others
                    .Prepend((Address: Self, Status: own))
                    .ToImmutableDictionary(silo => silo.Address, silo => new ClusterMember(silo.Address, silo.Status, "silo")),
                new MembershipVersion(1)),
            Self);
    }

    [Fact]
    public async Task PostAsync_AnotherSiloLeads_BooksThereAndAnswersTheSame()
    {
        await using var scene = await SceneAsync();
        var payment = Bank.Payment(scene.From, scene.To, 100);
        var answer = await scene.Follower.PostAsync(payment);
        Assert.Null(answer.Refusal);
        Assert.Equal(Bank.WholeAnswer(await scene.Leader.PostAsync(payment)), Bank.WholeAnswer(answer));
        Assert.Equal(
            Reason.InsufficientFunds, (await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 10_000))).Refusal?.Reason);
        Assert.Equal(Reason.SameAccount, (await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.From, 1))).Refusal?.Reason);
        Assert.Equal(["test"], await scene.WhoBookedAsync());
        await scene.Bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_AnotherSiloLeads_ShowsNoStateFromBefore()
    {
        await using var scene = await SceneAsync();
        var before = await scene.Bank.StateAsync(scene.From);
        scene.Cache.Add(before);
        var answered = scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100));
        // A reader who asked before comes late with what it read.
        Assert.Null((await answered).Refusal);
        scene.Cache.Add(before);
        Assert.Null(scene.Cache.FindAccount(scene.From.Id));

        scene.Cache.Add(await scene.Bank.StateAsync(scene.From));
        Assert.Equal(900, scene.Cache.FindAccount(scene.From.Id)?.BalanceMinor);
    }

    [Fact]
    public async Task PostAsync_LeaderBooksAndItsAnswerIsLost_ShowsNoStateFromBefore()
    {
        await using var scene = await SceneAsync();
        scene.Cache.Add(await scene.Bank.StateAsync(scene.From));
        scene.Way = async (rulebook, orders) =>
        {
            await scene.Leader.PostForAsync(rulebook, orders);
            throw new TimeoutException();
        };
        Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal);
        Assert.Equal(900, scene.Cache.FindAccount(scene.From.Id)?.BalanceMinor);
        Assert.Equal(["test"], await scene.WhoBookedAsync());
    }

    [Fact]
    public async Task PostAsync_LeaderIsSilent_SettlesByIdAndGoesOnAloneForAWhile()
    {
        var time = new FakeTimeProvider();
        var logged = new ConcurrentQueue<int>();
        await using var scene = await SceneAsync(time: time, logged: logged);
        scene.Way = async (rulebook, orders) =>
        {
            await scene.Leader.PostForAsync(rulebook, orders);
            return await new TaskCompletionSource<LeaderAnswer[]?>().Task;
        };

        var payment = Bank.Payment(scene.From, scene.To, 100);
        var answer = scene.Follower.PostAsync(payment);
        // Until it has given up, and no further: the pause begins then.
        while (logged.IsEmpty)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Null((await answer).Refusal);
        Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal);
        Assert.Equal(1, scene.HandedOver);
        Assert.Equal([1005], logged);

        scene.Way = scene.Leader.PostForAsync;
        time.Advance(new LedgerOptions().HandOverPause);
        Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal);
        Assert.Equal(2, scene.HandedOver);
        Assert.Equal(700, (await scene.Bank.StateAsync(scene.From)).BalanceMinor);
        await scene.Bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_LeaderIsLostAndNothingIsRecorded_SaysThatTheOutcomeIsUnknown()
    {
        await using var scene = await SceneAsync(TestPayments.Strict.Value);
        scene.Way = (_, _) => throw new TimeoutException();
        // The leader may still have the payment before it, and book it when the payee is trusted by then.
        var payment = Bank.Payment(scene.From, scene.To, 500_000);
        Assert.Equal(Reason.OutcomeUnknown, (await scene.Follower.PostAsync(payment)).Refusal?.Reason);

        // Nothing of this one is with the leader.
        Assert.Equal(
            Reason.ConfirmationRequired, (await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 500_000))).Refusal?.Reason);
        Assert.Equal(1, scene.HandedOver);
    }

    [Fact]
    public async Task PostAsync_LeaderIsLost_IdThatWasUsedStaysRefused()
    {
        await using var scene = await SceneAsync();
        var payment = Bank.Payment(scene.From, scene.To, 100);
        Assert.Null((await scene.Leader.PostAsync(payment)).Refusal);
        scene.Way = (_, _) => throw new TimeoutException();
        Assert.Equal(
            new Refusal(Reason.TransferIdReused, "amount"),
            (await scene.Follower.PostAsync(payment with { Amount = new Money(7, Bank.All) })).Refusal);
    }

    [Fact]
    public async Task PostAsync_LeaderIsSilentAndAnotherOneComes_HandsOverToThat()
    {
        await using var scene = await SceneAsync();
        scene.Way = (_, _) => throw new TimeoutException();
        Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal);
        scene.Successor = new Successor(scene.Leader);
        Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal);
        Assert.Equal(["follower", "test"], (await scene.WhoBookedAsync()).Order());
    }

    [Fact]
    public async Task PostAsync_LeaderHasAnotherRulebook_BooksItselfForAWhile()
    {
        await using var scene = await SceneAsync();
        scene.Way = (_, orders) => scene.Leader.PostForAsync(Guid.NewGuid(), orders);
        for (var i = 0; i < 3; i++)
            Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal);
        Assert.Equal(1, scene.HandedOver);
        Assert.Equal(["follower"], await scene.WhoBookedAsync());
    }

    [Fact]
    public async Task Rulebook_SettingsForPayments_AreInIt()
    {
        var database = await server.CreateDatabaseAsync();
        Assert.Equal(new Bank(database, TestPayments.Strict.Value).Rulebook.Id, new Bank(database, TestPayments.Strict.Value).Rulebook.Id);
        Assert.NotEqual(new Bank(database).Rulebook.Id, new Bank(database, TestPayments.Strict.Value).Rulebook.Id);
    }

    [Fact]
    public async Task PostAsync_LeaderWasDeclaredDead_BooksItself()
    {
        TestLog.Current.Expect("Gave up on a batch of 1 transfers");
        await using var scene = await SceneAsync();
        await scene.Bank.Store.EndSilosAsync(["test"], CancellationToken.None);
        for (var i = 0; i < 2; i++)
            Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal);
        Assert.Equal(1, scene.HandedOver);
        Assert.Equal(["follower"], await scene.WhoBookedAsync());
    }

    [Fact]
    public async Task PostAsync_LeaderHasLostItsDatabase_BooksItself()
    {
        TestLog.Current.Expect("Gave up on a batch of 1 transfers");
        await using var scene = await SceneAsync();
        await using var nowhere = Npgsql.NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Timeout=1");
        await using var lost = new RunningWriter(
            scene.Bank,
            new LedgerOptions { RetriesMax = 0 },
            scene.Bank.PosterOf(
                new LedgerStore(nowhere, new LedgerIdentity("nowhere"), Options.Create(new LedgerOptions())), Bank.NewCache()));
        scene.Way = lost.Writer.PostForAsync;
        for (var i = 0; i < 2; i++)
            Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal);
        Assert.Equal(1, scene.HandedOver);
        Assert.Equal(["follower"], await scene.WhoBookedAsync());
    }

    [Fact]
    public async Task PostAsync_DeclaredDeadWhileTheLeaderHasTheOrder_SaysThatTheOutcomeIsUnknown()
    {
        TestLog.Current.Expect("Gave up on a batch of 1 transfers");
        await using var scene = await SceneAsync();
        await scene.Bank.Store.EndSilosAsync(["follower"], CancellationToken.None);
        scene.Way = (_, _) => throw new TimeoutException();
        Assert.Equal(Reason.OutcomeUnknown, (await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal?.Reason);
        // Nobody else has this one.
        Assert.Equal(Reason.Unavailable, (await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100))).Refusal?.Reason);
    }

    [Fact]
    public async Task PostAsync_LeaderHasNoRoom_RefusesAsOverload()
    {
        await using var scene = await SceneAsync(start: false);
        await using var small = new RunningWriter(scene.Bank, new LedgerOptions { QueueLengthMax = 1 }, start: false);
        scene.Way = (rulebook, orders) =>
        {
            var answers = small.Writer.PostForAsync(rulebook, orders);
            small.StartAsync();
            return answers;
        };
        var (first, second) = (
            scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100)),
            scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 100)));
        await scene.StartAsync();
        Assert.Null((await first).Refusal);
        Assert.Equal(Reason.Overloaded, (await second).Refusal?.Reason);
        Assert.Equal(["test"], await scene.WhoBookedAsync());
    }

    [Fact]
    public async Task PostForAsync_WriterHasStopped_TakesNothing()
    {
        await using var scene = await SceneAsync();
        await scene.StopLeaderAsync();
        Assert.Null(await scene.Leader.PostForAsync(scene.Bank.Rulebook.Id, [Bank.Payment(scene.From, scene.To, 100)]));
    }

    /// <summary>Whoever handed it over has settled it by then, and may have been told that it was not booked.</summary>
    [Fact]
    public async Task PostForAsync_OrderWaitedLongerThanTheOtherSiloDoes_IsNotBooked()
    {
        await using var scene = await SceneAsync();
        var time = new FakeTimeProvider();
        await using var frozen = new RunningWriter(scene.Bank, new LedgerOptions(), start: false, time: time);
        var late = frozen.Writer.PostForAsync(scene.Bank.Rulebook.Id, [Bank.Payment(scene.From, scene.To, 100)]);
        time.Advance(new LedgerOptions().HandOverTimeout);
        var soon = frozen.Writer.PostForAsync(scene.Bank.Rulebook.Id, [Bank.Payment(scene.From, scene.To, 10)]);
        var own = frozen.Writer.PostAsync(Bank.Payment(scene.From, scene.To, 1));
        await frozen.StartAsync();
        Assert.Equal(new LeaderAnswer(null, new Refusal(Reason.Unavailable)), (await late)![0]);
        Assert.NotNull((await soon)![0].Recorded);
        Assert.Null((await own).Refusal);
        Assert.Equal(1_000 - 11, (await scene.Bank.StateAsync(scene.From)).BalanceMinor);
    }

    [Fact]
    public async Task PostAsync_OrderThatTheDatabaseRefusesAtTheLeader_IsADefectHereToo()
    {
        TestLog.Current.Expect("Gave up on a batch of 1 transfers");
        // The two are handed over together, and the leader may begin when it has the first.
        TestLog.Current.Allow("The database refused a batch of 2 transfers");
        await using var scene = await SceneAsync(start: false);
        var good = scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 1));
        var bad = scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 1, reference: new string('x', 141)));
        await scene.StartAsync();
        Assert.Null((await good).Refusal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.Equal(1, scene.HandedOver);
    }

    /// <summary>It has booked the order, and a log that throws keeps it from saying anything.</summary>
    [Fact]
    public async Task PostForAsync_LoopFailsAfterTheCommit_LeavesTheOrderOpen()
    {
        await using var scene = await SceneAsync();
        await using var leader = new RunningWriter(
            scene.Bank,
            new LedgerOptions { RetriesMax = 0 },
            new LedgerPoster(new AnswersLost(scene.Bank.Store), Bank.NewCache(), TimeProvider.System, TestPayments.Free),
            logger: new TestLogger<LedgerWriter>(FailToSayThatItGivesUp));
        // By the long way, whose answer is lost.
        var hold = Bank.Hold(scene.From, scene.To, 100, DateTimeOffset.UtcNow.AddDays(300));
        var answers = await leader.Writer.PostForAsync(scene.Bank.Rulebook.Id, [hold]);
        Assert.Equal([default], answers!);
        Assert.NotNull(await scene.Bank.Store.FindAsync(hold.Id, CancellationToken.None));

        static void FailToSayThatItGivesUp(EventId id)
        {
            if (id.Id == 1003)
                throw new IOException("The disk of the log is full.");
        }
    }

    [Fact]
    public async Task PostForAsync_AnotherSiloLeadsHereToo_DoesNotHandOn()
    {
        await using var scene = await SceneAsync();
        // The two take each other for the leader.
        var answers = await scene.Follower.PostForAsync(scene.Bank.Rulebook.Id, [Bank.Payment(scene.From, scene.To, 100)]);
        Assert.NotNull(answers![0].Recorded);
        Assert.Equal(0, scene.HandedOver);
        Assert.Equal(["follower"], await scene.WhoBookedAsync());
    }

    [Fact]
    public async Task PostAsync_BecomesTheLeader_ForgetsAccountsThatTheOtherMoved()
    {
        await using var scene = await SceneAsync();
        var (third, fourth) = (await scene.Bank.OpenAccountAsync(1_000), await scene.Bank.OpenAccountAsync());
        scene.Leads = true;
        Assert.Null((await scene.Follower.PostAsync(Bank.Payment(third, fourth, 1))).Refusal);
        scene.Leads = false;
        Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 1))).Refusal);
        Assert.Null((await scene.Leader.PostAsync(Bank.Payment(third, fourth, 1))).Refusal);
        Assert.NotNull(scene.Cache.FindAccount(third.Id));

        scene.Leads = true;
        Assert.Null((await scene.Follower.PostAsync(Bank.Payment(scene.From, scene.To, 1))).Refusal);
        Assert.Null(scene.Cache.FindAccount(third.Id));
        Assert.Equal(["follower", "test"], (await scene.WhoBookedAsync()).Order());
        await scene.Bank.AssertSoundAsync();
    }

    private async Task<Scene> SceneAsync(
        PaymentOptions? payments = null, TimeProvider? time = null, ConcurrentQueue<int>? logged = null, bool start = true)
    {
        var bank = new Bank(await server.CreateDatabaseAsync(), payments);
        return new Scene(
            bank, await bank.OpenAccountAsync(payments is null ? 1_000 : 1_000_000), await bank.OpenAccountAsync(), time, logged, start);
    }

    /// <summary>The writers of two silos; the leader's books as <c>test</c>, the other as <c>follower</c>.</summary>
    private sealed class Scene : ILedgerLeader, IAsyncDisposable
    {
        private readonly LedgerStore _store;
        private readonly RunningWriter _leader;
        private readonly RunningWriter _follower;
        private readonly long _setUp;

        public Scene(
            Bank bank, AccountRegistration from, AccountRegistration to, TimeProvider? time, ConcurrentQueue<int>? logged, bool start)
        {
            (Bank, From, To) = (bank, from, to);
            _store = new LedgerStore(bank.Database.Silo, new LedgerIdentity("follower"), Options.Create(new LedgerOptions()));
            _leader = new RunningWriter(bank, new LedgerOptions());
            Way = Leader.PostForAsync;
            _follower = new RunningWriter(
                bank, new LedgerOptions(), bank.PosterOf(_store, Cache), start, time, leader: () => Leads ? null : Successor ?? this,
                handOverLogger: new TestLogger<LedgerHandOver>(id => logged?.Enqueue(id.Id)), cache: Cache);
            _setUp = TestDatabase.ReadAsync<long>(bank.Database.Owner, "select max(batch_id) from bank.batch").GetAwaiter().GetResult();
        }

        public Bank Bank { get; }

        public AccountRegistration From { get; }

        public AccountRegistration To { get; }

        public LedgerCache Cache { get; } = Bank.NewCache();

        public LedgerWriter Leader => _leader.Writer;

        public LedgerWriter Follower => _follower.Writer;

        /// <summary>Whether the follower takes itself for the leader.</summary>
        public bool Leads { get; set; }

        /// <summary>Another leader, if there is one.</summary>
        public ILedgerLeader? Successor { get; set; }

        /// <summary>How orders get to the leader.</summary>
        public Func<Guid, TransferOrder[], Task<LeaderAnswer[]?>> Way { get; set; }

        public int HandedOver { get; private set; }

        public Task StartAsync() => _follower.StartAsync();

        public Task StopLeaderAsync() => _leader.StopAsync(CancellationToken.None);

        public Task<LeaderAnswer[]?> Post(Guid rulebook, TransferOrder[] orders)
        {
            HandedOver++;
            return Way(rulebook, orders);
        }

        public Task<string[]> WhoBookedAsync() => TestDatabase.ReadAsync<string[]>(
            Bank.Database.Owner,
            $"select coalesce(array_agg(distinct silo), '{{}}') from bank.batch join bank.chain using (chain) where batch_id > {_setUp}");

        public async ValueTask DisposeAsync()
        {
            await _follower.DisposeAsync();
            await _leader.DisposeAsync();
            await _store.DisposeAsync();
        }
    }

    private sealed class Successor(LedgerWriter writer) : ILedgerLeader
    {
        public Task<LeaderAnswer[]?> Post(Guid rulebook, TransferOrder[] orders) => writer.PostForAsync(rulebook, orders);
    }
}
