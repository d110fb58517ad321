using System.Globalization;
using System.Text;
using BktSmart.Accounts;
using BktSmart.Ledger;
using CsCheck;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>Batches of anything, against a model that knows nothing of batches.</summary>
public sealed class LedgerRulesPropertyTest
{
    /// <summary>Of samples with one to eight batches each; <c>BKT_TEST_ITERATIONS</c> multiplies it.</summary>
    private const int Samples = 60_000;

    private static readonly AccountState[] Accounts =
    [
        TestLedger.Account(1, 1_000),
        TestLedger.Account(2, 50) with { Paid = new PaymentCounters(TestLedger.Today.AddDays(-1), 60, 130, 1, 20) },
        TestLedger.Account(3, 0, floor: -500) with { CustomerNumber = TestLedger.Account(1, 0).CustomerNumber },
        TestLedger.Account(4, 1_000, currency: TestLedger.Eur),
        TestLedger.Account(5, -1_000, floor: null, ofCustomer: false),
        TestLedger.Account(6, long.MaxValue - 100),
        TestLedger.Account(7, 0, floor: null, currency: TestLedger.Eur, ofCustomer: false),
        TestLedger.Account(8, long.MinValue + 300, floor: null, ofCustomer: false),
        TestLedger.Account(9, 0, floor: null, ofCustomer: false, held: long.MaxValue - 200),
    ];

    private static readonly PaymentOptions Payments = TestLedger.NewPayments(
        lowValueCount: 3, lowValue: 40, lowValueSum: 90, payment: 60, day: 60, month: 150);

    [Fact]
    public void Decide_AnyBatches_AgreesWithTheModelAndMeetsEveryCheckAndEveryNeighbour()
    {
        var reached = new int[Checks.All.Count + 1];
        var together = new int[Checks.All.Count, Checks.All.Count];
        var done = new int[11];
        var batches = 0;
        var times = long.Parse(Environment.GetEnvironmentVariable("BKT_TEST_ITERATIONS") ?? "1", CultureInfo.InvariantCulture);
        Gen.Byte.Array[0, 480].Sample(
            tape =>
            {
                var run = new Run(tape);
                foreach (var answer in run.Go())
                {
                    if (answer.Check is { } check)
                        Interlocked.Increment(ref reached[(int)check]);
                    else
                        Interlocked.Increment(ref done[(int)answer.Order.Kind]);
                    foreach (var (other, leg) in answer.Wrong)
                    {
                        if (leg == answer.Wrong[0].Leg && other > answer.Check)
                            Interlocked.Increment(ref together[(int)answer.Check!, (int)other]);
                    }
                }

                Interlocked.Add(ref batches, run.Batches);
                return run.Failure is null;
            },
            iter: Samples * times,
            print: tape =>
            {
                var run = new Run(tape);
                _ = run.Go().Count();
                return $"{run.Failure}\n{run.Story}";
            });

        Assert.All(Checks.All, check => Assert.True(reached[(int)check] > 0, $"{check} was never the answer in {batches} batches"));
        Assert.All(Checks.AllKinds, kind => Assert.True(done[(int)kind] > 0, $"no {kind} succeeded in {batches} batches"));
        var missed = Neighbours().Where(pair => together[(int)pair.First, (int)pair.Second] == 0).ToList();
        Assert.True(missed.Count == 0, $"never together in {batches} batches: {string.Join(", ", missed)}");
    }

    /// <summary>
    /// Each check with the next one in the order that can fail together with it. What is recorded made sense, so an order with another
    /// reference makes sense too.
    /// </summary>
    private static IEnumerable<(Check First, Check Second)> Neighbours() => Checks.Pairs()
        .Where(pair => pair.First != Check.ReusedReference || pair.Second > Check.CreditorOfOtherCurrency)
        .GroupBy(pair => pair.First)
        .Select(group => group.MinBy(pair => pair.Second));

    /// <summary>One sample: the same orders in batches, one by one, and by the model.</summary>
    private sealed class Run(byte[] tape)
    {
        private readonly StringBuilder _story = new();

        public int Batches { get; private set; }

        public string? Failure { get; private set; }

        public string Story => _story.ToString();

        public IEnumerable<ModelAnswer> Go()
        {
            var draw = new TapeDraw(tape);
            var batched = new RulesLedger(Accounts) { Payments = Payments };
            var single = new RulesLedger(Accounts) { Payments = Payments };
            var model = new LedgerModel(Accounts.Select(account => TestLedger.ToModel(account)), Payments);
            var maker = new OrderMaker(draw, Accounts);
            var totals = Currency.All.ToDictionary(currency => currency, model.Total);
            var serial = 0;
            do
            {
                Batches++;
                batched.Now = single.Now += draw.Pick(Steps);
                batched.Today = single.Today = model.Today = model.Today.AddDays(draw.Pick(Days));
                if (draw.Next(3) == 2)
                    ChangeTerms(draw, batched, single, model);
                var orders = new List<TransferOrder>();
                for (var i = draw.Next(8); i >= 0; i--)
                    orders.Add(maker.Next(TestLedger.Id(++serial), batched.Now));

                _story.AppendLine(CultureInfo.InvariantCulture, $"at {batched.Now:HH:mm}, payments of {batched.Today:yyyy-MM-dd}");
                var decided = batched.Decide(orders);
                var recordedBefore = model.History.Count;
                for (var i = 0; i < orders.Count && Failure is null; i++)
                {
                    var expected = model.Post(orders[i], batched.Now);
                    var alone = single.Post(orders[i]);
                    _story.AppendLine(CultureInfo.InvariantCulture, $"  {orders[i]} -> {expected}");
                    Failure =
                        TestLedger.Difference(expected, decided.Decisions[i]) is { } inBatch ? $"in a batch: {inBatch}, expected {expected}"
                        : TestLedger.Difference(expected, alone) is { } difference ? $"alone: {difference}, expected {expected}"
                        : HashesDiffer(decided.Decisions[i], alone) ? $"another hash alone than in a batch: {orders[i]}"
                        : AccountsDiffer(single, model);
                    yield return expected;
                }

                Failure ??= AccountsDiffer(batched, model)
                    ?? (decided.New.Select(transfer => transfer.Id)
                            .SequenceEqual(model.History.Skip(recordedBefore).Select(answer => answer.Order.Id))
                        ? null
                        : "not all that is new, or more, in the order of the orders, is to be written")
                    ?? (totals.All(total => model.Total(total.Key) == total.Value) ? null : "money came from nowhere or is gone");
            }
            while (Failure is null && !draw.IsOver);
        }

        private static bool HashesDiffer(Decision one, Decision other) =>
            one.Recorded is { } transfer
            && TransferHash.Of(transfer, TransferHash.Version) != TransferHash.Of(other.Recorded!, TransferHash.Version);

        private static string? AccountsDiffer(RulesLedger ledger, LedgerModel model)
        {
            foreach (var account in ledger.Accounts.Values)
            {
                var expected = model[account.Id];
                if (account.BalanceMinor != expected.Balance
                    || account.HeldMinor != model.Held(account.Id)
                    || account.SequenceNumber != expected.Sequence)
                {
                    return $"account {account.Id} is at {account.BalanceMinor}, held {account.HeldMinor}, #{account.SequenceNumber}, "
                        + $"expected {expected}, held {model.Held(account.Id)}";
                }

                var paid = account.Paid.On(model.Today);
                if ((paid.DayMinor, paid.MonthMinor) != (expected.Payments.OnDay(model.Today), expected.Payments.InMonth(model.Today))
                    || (paid.UnconfirmedCount, paid.UnconfirmedMinor) != expected.Payments.Unconfirmed())
                    return $"account {account.Id} counts {account.Paid}, expected {expected.Payments}";
                if (account.FloorMinor is { } floor && account.BalanceMinor - (decimal)account.HeldMinor < floor)
                    return $"account {account.Id} is below its floor: {account}";
            }

            return null;
        }

        private void ChangeTerms(TapeDraw draw, RulesLedger batched, RulesLedger single, LedgerModel model)
        {
            var account = batched.Accounts[draw.Pick(Accounts).Id];
            var freeze = (AccountFreeze)draw.Next(4);
            var closed = draw.Next(6) == 5;
            // What the database's constraints allow.
            long? floor = account.FloorMinor is null ? null : (long)Math.Min(draw.Pick(Floors), model.Available(account.Id));
            var limits = draw.Pick(Limits);
            NextPaymentLimits? next = draw.Pick(Limits) is { } later ? new(later, model.Today.AddDays(draw.Next(3))) : null;
            IReadOnlyList<long> trusted = draw.Next(2) == 1 ? [draw.Pick(Accounts).Id, draw.Pick(Accounts).Id] : [];
            DateOnly? risk = draw.Next(4) == 3 ? model.Today.AddDays(draw.Next(3)) : null;
            foreach (var ledger in new[] { batched, single })
            {
                ledger.Accounts[account.Id] = ledger.Accounts[account.Id] with
                {
                    Freeze = freeze, Closed = closed, FloorMinor = floor, Limits = limits, NextLimits = next, TrustedPayees = trusted,
                    RiskRaisedUntil = risk,
                };
            }

            model[account.Id] = model[account.Id] with
            {
                Freeze = freeze, Closed = closed, Floor = floor, Limits = limits, NextLimits = next, Trusted = trusted,
                RiskUntil = risk,
            };
            _story.AppendLine(
                CultureInfo.InvariantCulture,
                $"account {account.Id}: {freeze}, floor {floor}{(closed ? ", closed" : "")}, "
                + $"limits {limits}, then {next}, trusts {string.Join(' ', trusted)}, risk until {risk}");
        }

        private static readonly TimeSpan[] Steps =
            [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(20), TimeSpan.FromHours(1)];
        private static readonly int[] Days = [0, 0, 0, 1, 1, 1, 3, 40, 366, -1];
        private static readonly decimal[] Floors = [0, -100, -1_000];
        private static readonly PaymentLimits?[] Limits =
        [
            null, null, new(60, 60, 60), new(0, 0, 0), new(50, 200, 4_000), new(TestLedger.Much, TestLedger.Much, TestLedger.Much),
        ];
    }
}
