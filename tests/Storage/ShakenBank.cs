using System.Collections.Concurrent;
using System.Globalization;
using BktSmart.BusinessDay;
using BktSmart.Ledger;
using BktSmart.StandingOrders;
using BktSmart.Tests.Infrastructure;
using BktSmart.Time;

namespace BktSmart.Tests.Storage;

/// <summary>A bank of three silos to which commands happen, and all that its clients have heard.</summary>
internal sealed class ShakenBank : IAsyncDisposable
{
    private const int Silos = 3;
    private const int LooksMax = 1_000;
    private const long TooMuch = 10_000_000;

    /// <summary>Answers after which a client asks again.</summary>
    private static readonly Reason[] Unsettled = [Reason.OutcomeUnknown, Reason.Unavailable, Reason.Overloaded, Reason.AccountBusy];

    /// <summary>Refusals without a record, because of what is not recorded either.</summary>
    private static readonly Reason[] WithoutRecord = [Reason.HoldNotFound, Reason.TransferNotFound, Reason.ReversalNotPossible];

    /// <summary>Of one command: nothing waits for as long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Ground _ground;
    private readonly EndOfDayScene _ends;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _clock = new(1);
    private readonly List<ShakenSilo> _runs = [];
    private readonly ShakenSilo[] _silos = new ShakenSilo[Silos];
    private readonly int[] _minutesAhead = new int[Silos];
    private readonly List<TransferOrder> _orders = [];
    private readonly ConcurrentDictionary<TransferId, string> _answers = new();
    private readonly ConcurrentDictionary<TransferId, RecordedTransfer> _recorded = new();
    private readonly ConcurrentDictionary<TransferId, DateOnly> _askedOn = new();
    private readonly ConcurrentDictionary<DateOnly, EndOfDay> _ended = new();
    private readonly ConcurrentDictionary<string, long> _lastBatches = new();
    private volatile ShakenSilo? _leader;
    private int _ids;

    private ShakenBank(Ground ground)
    {
        _ground = ground;
        _ends = EndOfDayScene.Of(ground.Scene.Bank);
        for (var silo = 0; silo < Silos; silo++)
            _silos[silo] = NewRun(silo);
    }

    public Bank Bank => _ground.Scene.Bank;

    /// <summary>How often what happened.</summary>
    public ConcurrentDictionary<string, int> Counts { get; } = new();

    /// <summary>What its clients know of each order that has an outcome.</summary>
    public IReadOnlyDictionary<TransferId, RecordedTransfer> Recorded => _recorded;

    /// <summary>What whoever started end-of-day knows of it.</summary>
    public IReadOnlyDictionary<DateOnly, EndOfDay> Ended => _ended;

    /// <summary>Of each silo that was declared dead: the last batch of all that there was then.</summary>
    public IReadOnlyDictionary<string, long> LastBatches => _lastBatches;

    /// <summary>Transfers from before its clients came.</summary>
    public IReadOnlySet<Guid> TransfersBefore => _ground.Transfers;

    /// <param name="at">In Tirana; its day is also the business date.</param>
    public static async Task<ShakenBank> OpenAsync(Ground ground, string at)
    {
        await ground.Scene.Bank.Database.RestoreAsync();
        await StandingOrderScene.SetBusinessDateAsync(ground.Scene.Bank, at[..10]);
        await ground.Scene.MoveToAsync(at);
        // One that can be paid, and one that cannot.
        var tomorrow = StandingOrderScene.Day(at[..10]).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await ground.Scene.OrderAsync(tomorrow, StandingOrderFrequency.Weekly, 10);
        await ground.Scene.OrderAsync(tomorrow, StandingOrderFrequency.Weekly, TooMuch);
        return new ShakenBank(ground);
    }

    /// <summary>Has commands happen at once.</summary>
    public async Task RunAsync(IReadOnlyCollection<BankCommand> commands)
    {
        var before = await _ends.OpenDateAsync();
        var known = _recorded.Keys.ToHashSet();
        await Task.WhenAll(commands.Select(command => RunAsync(command, before, alone: commands.Count == 1))).WaitAsync(Patience);
        var after = await _ends.OpenDateAsync();
        foreach (var transfer in _recorded.Values.Where(transfer => !known.Contains(transfer.Id)))
            Assert.InRange(transfer.BusinessDate, _askedOn[transfer.Id], after);
    }

    /// <summary>All silos are lost; new ones come, end the open date, go through what has ended, and answer each client again.</summary>
    public async Task SettleAsync()
    {
        var (lost, last) = (_runs.ToList(), NewRun(0));
        _silos[0] = _leader = last;
        await DeclareDeadAsync([.. lost.Select(silo => silo.Name)]);
        await WorkAsync(last);
        var date = await _ends.OpenDateAsync();
        foreach (var order in _orders)
            _askedOn.TryAdd(order.Id, date);
        var first = await Task.WhenAll(_orders.Select(order => AskAsync(last, order))).WaitAsync(Patience);
        // And of one that remembers nothing, and books itself.
        _leader = null;
        var other = NewRun(1);
        var second = await Task.WhenAll(_orders.Select(order => AskAsync(other, order))).WaitAsync(Patience);
        for (var i = 0; i < _orders.Count; i++)
        {
            Assert.DoesNotContain(first[i].Refusal?.Reason ?? default, Unsettled);
            Assert.Equal(Bank.WholeAnswer(first[i]), Bank.WholeAnswer(second[i]));
        }

        await RunAsync(new MoveClock(ClockMove.ToEvening, 60), date, alone: true);
        await RunAsync(new StartEndOfDay(0, NamedDate.Open), date, alone: true);
        Assert.Contains(date, _ended.Keys);
        await PayAllAsync(last, date);
        // What was set aside because its payment had no outcome has one now.
        foreach (var ended in await _ends.ListEndedAsync())
            await _ends.RetryAsync(ended);
        await WorkAsync(last);
    }

    public Task<EndOfDayReport> ReadEndedAsync(DateOnly date) => _ends.ReadAsync(date);

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs)
            await run.DisposeAsync();
        _clock.Dispose();
    }

    private Task RunAsync(BankCommand command, DateOnly date, bool alone) => command switch
    {
        GiveOrders given => GiveAsync(given, date),
        StartEndOfDay started => StartAsync(started, date, alone),
        DoPart part => DoPartAsync(part),
        PayStandingOrders paid => PayAsync(paid),
        LoseSilo lost => LoseAsync(lost.Silo, lost.Declared),
        Lead lead => Do(() => _leader = _silos[lead.Silo]),
        MoveClock move => MoveAsync(move),
        SetSiloClock set => Do(() => _minutesAhead[set.Silo] = set.MinutesAhead),
        _ => throw new InvalidOperationException($"What is {command}?"),
    };

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    /// <summary>Whatever others have left behind, a silo goes through it at once.</summary>
    private async Task WorkAsync(ShakenSilo silo)
    {
        while (await silo.DoPartAsync())
        {
        }

        Assert.Empty(await _ends.Store.ListOpenAsync(CancellationToken.None));
    }

    /// <summary>Until each payment that was due by a date has its outcome: attempts are hours apart.</summary>
    private async Task PayAllAsync(ShakenSilo silo, DateOnly date)
    {
        for (var looks = 0; await silo.PayAsync() > 0 || await TestDatabase.ReadAsync<bool>(
            Bank.Database.Owner, $"""
                select exists (select from bank.standing_order where next_due_on <= '{date:yyyy-MM-dd}')
                    or exists (select from bank.standing_order_payment where state = 1 and due_on <= '{date:yyyy-MM-dd}')
                """); looks++)
        {
            Assert.True(looks < LooksMax, "A payment never has an outcome.");
            await _ground.Scene.MoveToAsync(Bank.Time.GetUtcNow().AddHours(2));
        }
    }

    private async Task GiveAsync(GiveOrders given, DateOnly date)
    {
        if (FindAwake(given.Silo) is not { } silo)
            return;
        silo.Expect(given.Fault);
        var orders = given.Wishes.Select(NextOrder).ToArray();
        foreach (var order in orders)
            _askedOn.TryAdd(order.Id, date);
        await Task.WhenAll(orders.Select(order => AskAsync(silo, order)));
        silo.Expect(null);
    }

    private async Task<Decision> AskAsync(ShakenSilo silo, TransferOrder order)
    {
        var decision = await silo.Writer.PostAsync(order);
        if (decision.Recorded is { } recorded)
        {
            Assert.Equal(order.Id, recorded.Id);
            Assert.Equal((order.Kind, order.Amount), (recorded.Order.Kind, recorded.Order.Amount));
            Assert.Equal(recorded.Refusal, decision.Refusal?.Reason);
            Assert.Equal(_answers.GetOrAdd(order.Id, Bank.WholeAnswer(decision)), Bank.WholeAnswer(decision));
            _recorded.TryAdd(order.Id, recorded);
            Count(recorded.Refusal is { } refusal ? $"refused: {refusal}" : $"booked: {order.Kind}");
            return decision;
        }

        var reason = decision.Refusal!.Reason;
        if (reason == Reason.TransferIdReused)
            lock (_lock)
                Assert.Contains(_orders, other => other.Id == order.Id && other.Amount != order.Amount);
        else
            Assert.Contains(reason, (Reason[])[.. Unsettled, .. WithoutRecord]);
        Count($"answered: {reason}");
        return decision;
    }

    private TransferOrder NextOrder(Wish wish)
    {
        lock (_lock)
        {
            var order = OrderOf(wish);
            if (!_orders.Contains(order))
                _orders.Add(order);
            return order;
        }
    }

    private TransferOrder OrderOf(Wish wish)
    {
        var from = _ground.Accounts[wish.From % _ground.Accounts.Length];
        var to = _ground.Accounts[(wish.From + 1 + wish.To % (_ground.Accounts.Length - 1)) % _ground.Accounts.Length];
        var id = new Guid(++_ids, 0, 0, [1, 0, 0, 0, 0, 0, 0, 0]);
        switch (wish.Kind)
        {
            case WishKind.PaymentOfTooMuch:
                return Bank.Payment(from, to, TooMuch + wish.Amount, id);
            case WishKind.SameAgain when Earlier(wish) is { } order:
                return order;
            case WishKind.SameIdOtherAmount when Earlier(wish) is { } order:
                return order with { Amount = order.Amount with { Minor = order.Amount.Minor + wish.Amount } };
            case WishKind.Hold:
                return Bank.Hold(from, to, wish.Amount, new DateTimeOffset(2027, 9, 1, 0, 0, 0, TimeSpan.Zero), id);
            case WishKind.HoldPosting when Earlier(wish, TransferKind.Hold) is { } hold:
                return Bank.EndHold(TransferKind.HoldPosting, hold, hold.Amount.Minor - hold.Amount.Minor / 3, id);
            case WishKind.HoldRelease when Earlier(wish, TransferKind.Hold) is { } hold:
                return Bank.EndHold(TransferKind.HoldRelease, hold, id: id);
            case WishKind.Linked:
                return Bank.Linked([(from, to, wish.Amount), (from, _ground.Fees, 5)], id);
            case WishKind.Exchange:
                return Bank.Payment(_ground.Euro, _ground.EuroPosition, wish.Amount, id) with
                {
                    Kind = TransferKind.Exchange,
                    FurtherLegs = [new FurtherLeg(_ground.Position.Id, to.Id, new Money(wish.Amount * 98, to.Currency))],
                    ExchangeRate = 98,
                };
            case WishKind.Reversal when Earlier(wish, TransferKind.Bookkeeping) is { } linked:
                return Bank.Reversal(linked) with { Id = new TransferId(id) };
            default:
                return Bank.Payment(from, to, wish.Amount, id);
        }
    }

    private TransferOrder? Earlier(Wish wish, TransferKind? kind = null)
    {
        var orders = _orders.Where(order => kind is null || order.Kind == kind).ToList();
        return orders.Count == 0 ? null : orders[wish.Earlier % orders.Count];
    }

    private async Task StartAsync(StartEndOfDay command, DateOnly open, bool alone)
    {
        if (FindAwake(command.Silo) is not { } silo)
            return;
        var endedBefore = _ended.Keys.ToHashSet();
        var date = command.Date switch
        {
            NamedDate.Next => open.AddDays(1),
            NamedDate.LastEnded when endedBefore.Count > 0 => endedBefore.Max(),
            NamedDate.Today => BankTime.Today(Bank.Time),
            _ => open,
        };
        var earliest = silo.Clock.GetUtcNow();
        if (command.Date == NamedDate.ByClock)
        {
            if (!await silo.Starter.StartDueEndOfDay(CancellationToken.None))
                return;
            Count("the clock ended a date");
            if (!alone)
                return;
        }

        var result = await silo.Starter.StartEndOfDay(Bank.Desk, date, CancellationToken.None);
        Count(result.Succeeded ? "ended" : $"not ended: {result.Refusal.Reason}");
        if (result.Succeeded)
        {
            Assert.Equal(date, result.Value.BusinessDate);
            Assert.Equal(_ended.GetOrAdd(date, result.Value), result.Value);
            return;
        }

        Assert.DoesNotContain(date, endedBefore);
        switch (result.Refusal.Reason)
        {
            case Reason.EndOfDayTooEarly:
                var latest = silo.Clock.GetUtcNow();
                Assert.True((earliest < latest ? earliest : latest) < BankTime.At(date, TimeSpan.FromHours(20)));
                break;
            case Reason.BusinessDateDiffers:
                Assert.False(alone && date == open);
                break;
            case Reason.Overloaded:
                Assert.False(alone);
                break;
            default:
                Assert.Fail($"{result.Refusal}");
                break;
        }
    }

    private async Task DoPartAsync(DoPart part)
    {
        if (FindAwake(part.Silo) is not { } silo)
            return;
        Count(await silo.DoPartAsync(part.Fault) ? $"part done: {part.Fault}" : $"no part done: {part.Fault}");
        if (silo.IsDead)
            await LoseAsync(Array.IndexOf(_silos, silo), declared: part.Silo % 2 == 0);
    }

    private async Task PayAsync(PayStandingOrders paid)
    {
        if (FindAwake(paid.Silo) is { } silo && await silo.PayAsync() is > 0 and var count)
            Count("standing orders paid or made due", count);
    }

    private async Task LoseAsync(int place, bool declared)
    {
        if (place < 0)
            return;
        ShakenSilo lost;
        lock (_lock)
        {
            lost = _silos[place];
            _silos[place] = NewRun(place);
            if (_leader == lost)
                _leader = _silos[(place + 1) % Silos];
        }

        // Until its batch is over, nobody can be sure that it is dead.
        if (declared && lost.FrozenAt != LedgerMoment.Written)
            await DeclareDeadAsync([lost.Name]);
        Count(lost.FrozenAt is { } moment ? $"lost while {moment}" : "lost");
    }

    private async Task DeclareDeadAsync(string[] names)
    {
        await Bank.Store.EndSilosAsync(names, CancellationToken.None);
        var last = await TestDatabase.ReadAsync<long>(Bank.Database.Owner, "select max(batch_id) from bank.batch");
        foreach (var name in names)
            _lastBatches.TryAdd(name, last);
    }

    private async Task MoveAsync(MoveClock move)
    {
        await _clock.WaitAsync();
        try
        {
            var now = Bank.Time.GetUtcNow();
            var at = move.Move switch
            {
                ClockMove.ToEvening => BankTime.At(await _ends.OpenDateAsync(), TimeSpan.FromHours(20)).AddMinutes(move.Minutes),
                ClockMove.Back => now.AddMinutes(-move.Minutes),
                _ => now.AddMinutes(move.Minutes),
            };
            if (move.Move == ClockMove.ToEvening && at < now)
                return;
            await _ground.Scene.MoveToAsync(at);
            Count($"clock {move.Move}");
        }
        finally
        {
            _clock.Release();
        }
    }

    private ShakenSilo? FindAwake(int place)
    {
        lock (_lock)
            return Enumerable.Range(place, Silos).Select(i => _silos[i % Silos]).FirstOrDefault(silo => silo.FrozenAt is null);
    }

    private ShakenSilo NewRun(int place)
    {
        lock (_lock)
        {
            ShakenSilo? run = null;
            run = new ShakenSilo(
                string.Create(CultureInfo.InvariantCulture, $"silo-{place}-{_runs.Count}"), _ground.Scene, _ends, new Clock(this, place),
                () => _leader, fault => HappenAsync(run!, fault));
            _runs.Add(run);
            return run;
        }
    }

    private async Task HappenAsync(ShakenSilo silo, SiloFault fault)
    {
        Count($"{fault.Effect} when {fault.At}");
        if (fault.Effect == FaultEffect.Freezes)
        {
            var date = await _ends.OpenDateAsync();
            foreach (var command in fault.Meanwhile)
                await RunAsync(command, date, alone: false);
        }
        else if (fault.Effect != FaultEffect.Breaks)
        {
            await LoseAsync(Array.IndexOf(_silos, silo), declared: fault.Effect == FaultEffect.Dies && fault.At != LedgerMoment.Written);
        }
    }

    private void Count(string what, int times = 1) => Counts.AddOrUpdate(what, times, (_, count) => count + times);

    /// <summary>A database that banks begin from, one after the other.</summary>
    internal sealed record Ground(
        StandingOrderScene Scene, IReadOnlySet<Guid> Transfers, AccountRegistration[] Accounts, AccountRegistration Euro,
        AccountRegistration Fees, AccountRegistration Position, AccountRegistration EuroPosition)
    {
        /// <param name="at">In Tirana, the first moment from which on a bank begins; within two years.</param>
        public static async Task<Ground> LayAsync(TestServer server, string at)
        {
            var scene = await StandingOrderScene.OpenAsync(server, 200_000, at: at);
            var bank = scene.Bank;
            var (third, euro) = (await bank.OpenAccountAsync(5_000), await bank.OpenAccountAsync(9_000, "EUR"));
            await bank.Database.KeepAsync();
            return new Ground(
                scene,
                (await TestDatabase.ReadAsync<Guid[]>(
                    bank.Database.Owner, "select array_agg(transfer_id) from bank.transfer")).ToHashSet(),
                [scene.From, scene.To, third], euro, await bank.OwnAccountAsync("FEES-ALL"), await bank.OwnAccountAsync("POSITION-ALL"),
                await bank.OwnAccountAsync("POSITION-EUR"));
        }
    }

    private sealed class Clock(ShakenBank bank, int place) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => bank.Bank.Time.GetUtcNow().AddMinutes(bank._minutesAhead[place]);
    }
}
