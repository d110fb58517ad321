using System.Globalization;
using BktSmart.Accounts;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Tests.Rules.Ledger.Simulation;

/// <summary>
/// Silos with their writers, posters and caches as they are in production, on a database that is simulated; clients that repeat, duplicate
/// and give up; staff who freeze accounts and move floors; days that end; holds that expire; silos that die; in most runs one silo that
/// books for all, about which they do not always agree. First with faults, then without, until every order has its answer.
///
/// What must hold: each commit agrees with a naive model that is given the orders one by one in the order of commits; every answer is the
/// one that is recorded under its id, was recorded before it was given, and is the same to everybody for ever; a refusal that leaves no
/// record was true at some moment between question and answer, and nothing is booked that was refused to everybody; no cache knows more
/// than the database, or something else.
/// </summary>
internal sealed class LedgerSimulation : IDisposable
{
    private const int Silos = 3;
    private const int Clients = 6;
    private const long StepsMax = 2_000_000;

    // Nobody connects: the signal is only set.
    private static readonly NpgsqlDataSource Nowhere = NpgsqlDataSource.Create("Host=nowhere.invalid");

    private static readonly AccountState[] Accounts =
    [
        TestLedger.Account(1, 1_000),
        TestLedger.Account(2, 400),
        TestLedger.Account(3, 0, floor: -500),
        TestLedger.Account(4, 2_000) with { CustomerNumber = TestLedger.Account(3, 0).CustomerNumber },
        TestLedger.Account(5, -1_000, floor: null, ofCustomer: false),
        TestLedger.Account(6, 1_000, currency: TestLedger.Eur),
        TestLedger.Account(7, 0, floor: null, currency: TestLedger.Eur, ofCustomer: false),
    ];

    private static readonly PaymentOptions Payments = TestLedger.NewPayments(
        lowValueCount: 3, lowValue: 40, lowValueSum: 90, payment: 700, day: 1_500, month: 3_000);

    private readonly World _world;
    private readonly SimulatedDatabase _database;
    private readonly OrderMaker _orders;
    private readonly LedgerOptions _options;
    private readonly Silo?[] _silos = new Silo?[Silos];
    private readonly List<Silo> _all = [];
    private readonly HashSet<Question> _open = [];

    /// <summary>
    /// For each id: how many who asked have no answer, or were told that the outcome is unknown. What a message that came twice asks is
    /// never answered.
    /// </summary>
    private readonly Dictionary<TransferId, int> _unsettled = [];

    private readonly bool _oneLeads;
    private readonly int _requests;
    private int _serial;
    private int _clientsDone;
    private int _faultPercent;
    private bool _isQuiet;

    /// <param name="requests">Of each client.</param>
    public LedgerSimulation(ulong seed, int requests = 25)
    {
        _world = new World(seed);
        _requests = requests;
        _database = new SimulatedDatabase(_world, Accounts, Payments)
        {
            Changed = transfer =>
            {
                foreach (var question in _open)
                    question.Look();
                _world.Require(
                    transfer is null || _unsettled.GetValueOrDefault(transfer.Id) > 0,
                    $"{transfer?.Id} was booked after everybody who asked for it was refused");
            },
        };
        _orders = new OrderMaker(_world.Draw, Accounts);
        // A few runs are without faults, some with very many.
        _faultPercent = _world.Draw.Pick([0, 1, 3, 8, 15]);
        _options = new LedgerOptions
        {
            BatchSizeMax = 1 + _world.Draw.Next(8),
            QueueLengthMax = 2 + _world.Draw.Next(20),
            RetriesMax = _world.Draw.Next(6),
            RetryDelay = TimeSpan.FromMilliseconds(1 + _world.Draw.Next(20)),
            LockedBatchesAfterConflict = _world.Draw.Next(4),
            HandOverTimeout = TimeSpan.FromMilliseconds(20 + _world.Draw.Next(400)),
            HandOverPause = TimeSpan.FromMilliseconds(_world.Draw.Next(300)),
            HeldAccountInterval = TimeSpan.FromMilliseconds(50 + _world.Draw.Next(100)),
        };
        _oneLeads = _world.Draw.Chance(70);
    }

    public World World => _world;

    /// <summary>Runs to the end, or to the first failure.</summary>
    /// <returns>What failed, with the seed and what happened before; null for nothing.</returns>
    public string? Run()
    {
        for (var i = 0; i < Silos; i++)
            StartSilo(i);
        for (var i = 0; i < Clients; i++)
        {
            var number = i;
            _world.Begin($"client {number}", () => ClientAsync(number));
        }

        _world.Begin("staff", StaffAsync);
        _world.Begin("customers", CustomersAsync);
        _world.Begin("days", DaysAsync);
        _world.Begin("deaths", DeathsAsync);
        _world.Begin("calm", async () =>
        {
            await _world.DelayAsync(1_500_000);
            _isQuiet = true;
            _faultPercent = 0;
            _world.Trace($"faults stop");
        });

        if (!_world.Run(() => _clientsDone == Clients, StepsMax) && _world.Failure is null)
            _world.Fail(string.Create(
                CultureInfo.InvariantCulture, $"no progress: {Clients - _clientsDone} clients wait for an answer that does not come"));
        // What is under way comes to its end, and leaves nothing locked.
        _world.Run(() => false, StepsMax);
        _world.Require(_world.Failure is not null || _database.Open.Count == 0, $"{_database.Open.Count} transactions were left open");
        return _world.Failure is null
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"BKT_SIMULATION_SEED={_world.Seed}: {_world.Failure}\n{_world.TraceEnd()}");
    }

    public void Dispose()
    {
        foreach (var silo in _all)
            silo.Dispose();
    }

    private void StartSilo(int number)
    {
        var silo = new Silo(
            _world, _database, string.Create(CultureInfo.InvariantCulture, $"silo {number}.{_all.Count}"), _options,
            LeaderFor, Ask, () => _faultPercent);
        _all.Add(silo);
        _silos[number] = silo;
        _world.Begin(silo.Name, silo.Writer.RunAsync);
        _world.Begin($"expiry of {silo.Name}", () => ExpireAsync(silo));
    }

    /// <summary>The oldest leads; sometimes a silo takes another one for that, or still one that is gone.</summary>
    private Silo? LeaderFor(Silo self)
    {
        if (!_oneLeads)
            return null;
        var leader = _world.Draw.Chance(_isQuiet ? 0 : 5) ? _world.Draw.Pick(_all) : _all.Find(silo => !silo.IsDead);
        return leader == self ? null : leader;
    }

    private async Task ClientAsync(int number)
    {
        for (var i = 0; i < _requests; i++)
        {
            var order = _orders.Next(TestLedger.Id(++_serial), _database.Now);
            // What only the database refuses: it must not take the others of its batch with it.
            if (_world.Draw.Chance(2))
                order = order with { Id = TestLedger.Id(++_serial), Reference = new string('x', TransferCommand.ReferenceLengthMax + 1) };
            var deliveries = new List<Task> { DeliverAsync(number, order) };
            // A request that the network doubles, or a client that does not wait.
            if (_world.Draw.Chance(12))
                deliveries.Add(DeliverAsync(number, order));
            foreach (var delivery in deliveries)
                await delivery;
            if (_world.Draw.Chance(50))
                await _world.SomeTimeAsync(30_000);
        }

        _clientsDone++;
    }

    /// <summary>Asks one silo after the other until there is an answer.</summary>
    private async Task DeliverAsync(int client, TransferOrder order)
    {
        var attempts = 0;
        while (true)
        {
            await _world.SomeTimeAsync(500);
            if (!_isQuiet && _world.Draw.Chance(2))
            {
                _world.Count("client gave up");
                return;
            }

            if (_silos[_world.Draw.Next(Silos)] is { } silo)
            {
                _world.Trace($"client {client} to {silo.Name}: {SimulatedDatabase.Short(order.Id)} {order.Kind} {order.Amount.Minor}");
                // Each attempt has a last moment of its own, and after some a client wants to know for good.
                var attempt = order with
                {
                    Terms = new OrderTerms(_database.Now + _world.Draw.Pick(Patiences), attempts > 2 && _world.Draw.Chance(30)),
                };
                attempts++;
                var answer = AskAsync(silo, attempt);
                var patience = _world.DelayAsync(_isQuiet ? 5_000_000 : 1_000 + _world.Draw.Next(400_000));
                if (await FirstAsync(answer, patience)
                    && (await answer)?.Refusal?.Reason is not (
                        Reason.OutcomeUnknown or Reason.Overloaded or Reason.Unavailable or Reason.AccountBusy or Reason.OrderTooLate))
                {
                    return;
                }

                _world.Count("client asked again");
            }

            await _world.SomeTimeAsync(20_000);
        }
    }

    /// <summary>Whether the first came first.</summary>
    private static Task<bool> FirstAsync(Task first, Task second)
    {
        var result = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = WaitAsync(first, true);
        _ = WaitAsync(second, false);
        return result.Task;

        async Task WaitAsync(Task task, bool value)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            result.TrySetResult(value);
        }
    }

    /// <summary>Every answer is looked at, also one that nobody waits for any more.</summary>
    /// <returns>Null for an order that the database cannot take.</returns>
    private async Task<Decision?> AskAsync(Silo silo, TransferOrder order)
    {
        var question = new Question(_database, order);
        _open.Add(question);
        Ask(order);
        try
        {
            var decision = await silo.Writer.PostAsync(order);
            if (decision.Refusal?.Reason != Reason.OutcomeUnknown)
                _unsettled[order.Id]--;
            _world.Trace($"{silo.Name} answers {SimulatedDatabase.Short(order.Id)}: {decision.Refusal?.Reason.ToString() ?? "done"}");
            question.Look();
            Check(silo, order, decision, question);
            return decision;
        }
        catch (InvalidOperationException) when (order.Reference.Length > TransferCommand.ReferenceLengthMax)
        {
            _world.Trace($"{silo.Name} cannot post {SimulatedDatabase.Short(order.Id)}");
            _world.Count("answered: defect");
            return null;
        }
        catch (InvalidOperationException exception)
        {
            _world.Fail($"{silo.Name} answered {order} with a defect: {exception}");
            throw;
        }
        finally
        {
            _open.Remove(question);
        }
    }

    private void Ask(TransferOrder order) => _unsettled[order.Id] = _unsettled.GetValueOrDefault(order.Id) + 1;

    private void Check(Silo silo, TransferOrder order, Decision decision, Question question)
    {
        foreach (var account in Accounts)
            CheckCache(silo, account.Id);
        var stored = _database.Find(order.Id);
        if (decision.Recorded is { } recorded)
        {
            _world.Require(stored is not null, $"{silo.Name} answered {order.Id}, of which the database knows nothing");
            if (stored is null)
                return;
            _world.Require(
                decision.Refusal == stored.Answer, $"{silo.Name} answered {order.Id} with {decision.Refusal}, recorded is {stored.Answer}");
            _world.Require(
                TransferHash.Of(recorded, TransferHash.Version) == TransferHash.Of(stored, TransferHash.Version)
                && TestLedger.Difference(_database.Model.Find(order.Id)!, recorded) is null
                && recorded.BookedAt == stored.BookedAt && recorded.BusinessDate == stored.BusinessDate,
                $"{silo.Name} answered {recorded}, recorded is {stored}");
            _world.Require(
                silo.Cache.FindAccount(order.DebitAccountId) is not { } shown || shown.SequenceNumber >= recorded.First.DebitSequence,
                $"{silo.Name} answered {recorded} and still shows {silo.Cache.FindAccount(order.DebitAccountId)}");
            var expected = _database.Model.Post(order, _database.Now);
            _world.Require(expected.IsRepeat, $"{silo.Name} gave {order} the answer of {stored.Order}");
            _world.Count(decision.Refusal is null ? "answered: done" : "answered: refused for good");
            return;
        }

        var refusal = decision.Refusal!;
        switch (refusal.Reason)
        {
            case Reason.Overloaded:
                _world.Count("answered: overloaded");
                break;
            case Reason.OutcomeUnknown:
                _world.Count("answered: unknown");
                break;
            case Reason.Unavailable:
                _world.Count("answered: not written");
                break;
            case Reason.AccountBusy:
                _world.Count("answered: account busy");
                break;
            case Reason.TransferIdReused:
                var judged = stored is null ? null : _database.Model.Post(order, _database.Now);
                _world.Require(
                    judged?.Reason == refusal.Reason && judged.Field == refusal.Field,
                    $"{silo.Name} answered {order} with {refusal}, recorded is {stored?.Order}");
                _world.Count("answered: id reused");
                break;
            default:
                // True after some transfer since it was asked; or, of a hold whose time is not over, at a moment between.
                var was =
                    question.Wrongs.Any(wrong => wrong is var (check, leg)
                        && check.Reason() == refusal.Reason
                        && LedgerModel.FieldOf(check, order, leg) == refusal.Field)
                    || (refusal == new Refusal(Reason.HoldExpiryInvalid, "hold")
                        && _database.Find(order.RelatedId!.Value)?.Order.ExpiresAt > question.AskedAt);
                _world.Require(
                    was, $"{silo.Name} answered {order} with {refusal}; since it was asked it was {string.Join(", ", question.Wrongs)}");
                _world.Count(refusal.Reason == Reason.ConfirmationRequired ? "answered: needs an FNP" : "answered: makes no sense");
                break;
        }
    }

    private void CheckCache(Silo silo, long id)
    {
        if (silo.Cache.FindAccount(id) is not { } known)
            return;
        var row = _database.Row(id);
        var same = (known with { SeenAt = 0, BookedAt = default }) == (row with { SeenAt = 0, BookedAt = default });
        _world.Require(
            known.Version < row.Version || (known.Version == row.Version && same),
            $"{silo.Name} takes account {id} for {known}, it is {row}");
    }

    /// <summary>As <see cref="HoldExpiry"/> does.</summary>
    private async Task ExpireAsync(Silo silo)
    {
        while (!silo.IsDead && _clientsDone < Clients)
        {
            await _world.DelayAsync(40_000);
            foreach (var hold in _database.ExpiredHolds())
            {
                if (silo.IsDead)
                    return;
                _world.Count("hold expired");
                await FirstAsync(
                    AskAsync(
                        silo,
                        new TransferOrder(
                            ExpiryIdOf(hold.Id), TransferKind.HoldExpiry,
                            hold.DebitAccountId, hold.CreditAccountId, hold.Amount, "", Originator.Bank)
                        {
                            RelatedId = hold.Id,
                        }),
                    _world.DelayAsync(500_000));
            }
        }
    }

    private async Task StaffAsync()
    {
        while (_clientsDone < Clients)
        {
            await _world.SomeTimeAsync(120_000);
            var (freeze, floor, closed) = (_world.Draw.Pick(Freezes), -100L * _world.Draw.Next(8), _world.Draw.Chance(15));
            await _database.ChangeAsync(_world.Draw.Pick(Accounts).Id, state =>
                new AccountTerms(state.FloorMinor is null ? null : floor, freeze, closed).Refuse(state) is null
                    ? state with { FloorMinor = state.FloorMinor is null ? null : floor, Freeze = freeze, Closed = closed }
                    : null);
        }
    }

    /// <summary>Customers set limits, trust payees or do so no longer, and report FNPs.</summary>
    private async Task CustomersAsync()
    {
        while (_clientsDone < Clients)
        {
            await _world.SomeTimeAsync(60_000);
            var limits = _world.Draw.Pick(Limits);
            IReadOnlyList<long> trusted = _world.Draw.Chance(50) ? [_world.Draw.Pick(Accounts).Id] : [];
            DateOnly? risk = _world.Draw.Chance(20) ? DateOnly.MaxValue : null;
            await _database.ChangeAsync(
                _world.Draw.Pick(Accounts).Id,
                state => state with { Limits = limits, TrustedPayees = trusted, RiskRaisedUntil = risk });
        }
    }

    private async Task DaysAsync()
    {
        while (_clientsDone < Clients)
        {
            await _world.DelayAsync(20_000 + _world.Draw.Next(400_000));
            await _database.ChangeBusinessDateAsync();
        }
    }

    private async Task DeathsAsync()
    {
        while (!_isQuiet && _clientsDone < Clients)
        {
            await _world.DelayAsync(50_000 + _world.Draw.Next(600_000));
            var number = _world.Draw.Next(Silos);
            if (_isQuiet || _faultPercent == 0 || _silos[number] is not { } silo)
                continue;
            _world.Trace($"{silo.Name} dies");
            _world.Count("silo died");
            silo.Die();
            _silos[number] = null;
            await _world.SomeTimeAsync(100_000);
            StartSilo(number);
        }
    }

    private static readonly AccountFreeze[] Freezes =
    [
        AccountFreeze.None, AccountFreeze.None, AccountFreeze.None, AccountFreeze.None,
        AccountFreeze.Debits, AccountFreeze.Credits, AccountFreeze.Both,
    ];

    private static TransferId ExpiryIdOf(TransferId hold)
    {
        var bytes = hold.Value.ToByteArray(bigEndian: true);
        bytes[15] ^= 0xFF;
        return new TransferId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Of the database's clock, which runs fast.</summary>
    private static readonly TimeSpan[] Patiences = [TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)];

    private static readonly PaymentLimits?[] Limits =
        [null, new(0, 0, 0), new(300, 1_000, 1_000), new(1_000, 10_000, 10_000), new(100_000, 100_000, 100_000)];

    /// <summary>
    /// An order without an answer so far, and what was wrong with it meanwhile, as far as that leaves no record, if its id were new.
    /// </summary>
    private sealed class Question
    {
        private readonly SimulatedDatabase _database;
        private readonly TransferOrder _order;

        public Question(SimulatedDatabase database, TransferOrder order)
        {
            (_database, _order, AskedAt) = (database, order, database.Now);
            Look();
        }

        public DateTimeOffset AskedAt { get; }

        public HashSet<(Check Check, int Leg)> Wrongs { get; } = [];

        public void Look()
        {
            if (_database.Model.AllWrongs(_order, _database.Now) is [var first, ..] && !first.Check.IsRecorded())
                Wrongs.Add(first);
        }
    }

    private sealed class Silo : IDisposable
    {
        private readonly SimulatedConnection _connection;
        private readonly LedgerEventSignal _signal;

        public Silo(
            World world, SimulatedDatabase database, string name, LedgerOptions options,
            Func<Silo, Silo?> leaderFor, Action<TransferOrder> doubled, Func<int> faultPercent)
        {
            Name = name;
            _connection = new SimulatedConnection(world, database, name, faultPercent);
            Cache = new LedgerCache(Options.Create(options));
            _signal = new LedgerEventSignal(
                Nowhere, Options.Create(new LedgerEventOptions()), world.Time, TestLog.Current.CreateLogger<LedgerEventSignal>());
            var leaders = new Dictionary<Silo, SimulatedLeader>();
            var leadership = new Leadership(() =>
            {
                if (leaderFor(this) is not { } leader)
                    return null;
                if (!leaders.TryGetValue(leader, out var way))
                    leaders.Add(
                        leader,
                        way = new SimulatedLeader(
                            world, Name, () => IsDead, leader.Name, leader.Writer, () => leader.IsDead, doubled, faultPercent));
                return way;
            });
            var poster = new LedgerPoster(_connection, Cache, world.Time, Options.Create(Payments));
            var rulebook = new Rulebook(Options.Create(Payments));
            var handOver = new LedgerHandOver(
                rulebook, Cache, leadership, Options.Create(options), world.Time, TestLog.Current.CreateLogger<LedgerHandOver>());
            var held = new HeldAccounts(_connection, Options.Create(options), world.Time, TestLog.Current.CreateLogger<HeldAccounts>());
            Writer = new LedgerWriter(
                poster, handOver, held, rulebook, Options.Create(options), _signal, world.Time,
                TestLog.Current.CreateLogger<LedgerWriter>());
        }

        public string Name { get; }

        public LedgerCache Cache { get; }

        public LedgerWriter Writer { get; }

        public bool IsDead { get; private set; }

        /// <summary>Its queue, its cache and what it waits for are gone; nobody who asked it will hear from it.</summary>
        public void Die()
        {
            IsDead = true;
            _connection.Die();
        }

        public void Dispose()
        {
            Writer.Dispose();
            _signal.Dispose();
        }

        private sealed class Leadership(Func<ILedgerLeader?> find) : ILedgerLeadership
        {
            public ILedgerLeader? Leader => find();
        }
    }
}
