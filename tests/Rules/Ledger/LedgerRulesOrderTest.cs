using BktSmart.Accounts;
using BktSmart.Ledger;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>
/// The order of the checks, pair by pair: an order that is wrong in two ways, of every kind that can be, gets the first as its answer.
/// </summary>
public sealed class LedgerRulesOrderTest
{
    /// <summary>
    /// The pairs that no order can fail together, although some kind of order is asked both. Each has its reason in
    /// <see cref="Checks.WhyNotBoth"/>.
    /// </summary>
    private static readonly HashSet<(Check, Check)> Impossible =
    [
        (Check.AmountNotPositive, Check.AmountTooLarge),
        (Check.AmountNotPositive, Check.HoldAmountExceeded),
        (Check.AmountNotPositive, Check.PaymentLimitExceeded),
        (Check.AmountNotPositive, Check.DailyLimitExceeded),
        (Check.AmountNotPositive, Check.MonthlyLimitExceeded),
        (Check.AmountNotPositive, Check.InsufficientFunds),
        (Check.AmountNotPositive, Check.BalanceOverflow),
        (Check.SameAccount, Check.NoPayee),
        (Check.SameAccount, Check.PaymentLimitExceeded),
        (Check.SameAccount, Check.DailyLimitExceeded),
        (Check.SameAccount, Check.MonthlyLimitExceeded),
        (Check.SameAccount, Check.ConfirmationRequired),
        (Check.NoPayee, Check.PayeeOfOtherCurrency),
        (Check.NoPayee, Check.CreditorOfOtherCurrency),
        (Check.NoPayee, Check.PayeeCannotReceive),
        (Check.NoPayee, Check.PaymentLimitExceeded),
        (Check.NoPayee, Check.DailyLimitExceeded),
        (Check.NoPayee, Check.MonthlyLimitExceeded),
        (Check.NoPayee, Check.ConfirmationRequired),
        (Check.HoldExpiryInvalid, Check.Abandoned),
        (Check.HoldNotFound, Check.Abandoned),
        (Check.HoldNotOver, Check.Abandoned),
        (Check.TransferNotFound, Check.Abandoned),
        (Check.TransferNotFound, Check.AlreadyReversed),
        (Check.TransferNotFound, Check.ReversalNotPossible),
        (Check.HoldNotOver, Check.HoldAlreadyExpired),
        (Check.HoldAlreadyPosted, Check.HoldAlreadyReleased),
        (Check.HoldAlreadyPosted, Check.HoldAlreadyExpired),
        (Check.HoldAlreadyReleased, Check.HoldAlreadyExpired),
    ];

    public static TheoryData<string, string> Pairs => [.. Checks.Pairs().Select(pair => (pair.First.ToString(), pair.Second.ToString()))];

    public static TheoryData<string> Each => [.. Checks.All.Select(check => check.ToString())];

    [Fact]
    public void Pairs_AllOfTheOrder_AreInTheTableButForTheImpossible()
    {
        var table = Pairs.Select(row => (Enum.Parse<Check>(row.Data.Item1), Enum.Parse<Check>(row.Data.Item2))).ToHashSet();
        foreach (var first in Checks.All)
        {
            foreach (var second in Checks.All.Where(second => first < second))
            {
                var asked = first.Kinds().Intersect(second.Kinds()).Any();
                Assert.True(
                    table.Contains((first, second)) == (asked && !Impossible.Contains((first, second))),
                    $"{first} and {second}: in the table {table.Contains((first, second))}, asked of one kind {asked}, "
                    + $"{Checks.WhyNotBoth(first, second)}");
            }
        }
    }

    [Fact]
    public void Checks_ReasonsThatTheRulesCanGive_AreAllOnTheList()
    {
        // What the ledger itself decides; 308, 309 and 317 are the writer's, 340 and above are decided before the ledger, but for the FNP
        // that an order lacks.
        Reason[] ofTheLedger =
        [
            .. Enum.GetValues<Reason>().Where(reason => reason is > Reason.AccountNotFound and < Reason.LegsInvalid),
            Reason.AmountNotPositive, Reason.AmountTooLarge, Reason.ConfirmationRequired,
        ];
        Assert.Equal(
            ofTheLedger.Except([Reason.OutcomeUnknown, Reason.Overloaded, Reason.AccountBusy]).Order(),
            Checks.All.Select(check => check.Reason()).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Decide_OneThingWrong_IsTheAnswer(string name)
    {
        var check = Enum.Parse<Check>(name);
        foreach (var kind in check.Kinds())
            Decide(kind, [check]);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Decide_TwoThingsWrong_TheFirstIsTheAnswer(string first, string second)
    {
        var (one, other) = (Enum.Parse<Check>(first), Enum.Parse<Check>(second));
        foreach (var kind in one.Kinds().Intersect(other.Kinds()))
            Decide(kind, [one, other]);
    }

    [Theory]
    [InlineData(TransferKind.Payment, "transfer_id", null, "source_account", "amount", "payee_iban", null)]
    [InlineData(TransferKind.CashDeposit, "transfer_id", null, "account", "amount", "payee_iban", null)]
    [InlineData(TransferKind.CashWithdrawal, "transfer_id", null, "account", "amount", "payee_iban", null)]
    [InlineData(TransferKind.Hold, "transfer_id", null, "leg", "amount", "leg", "expire_time")]
    [InlineData(TransferKind.HoldPosting, "transfer_id", "hold", "legs", "amount", "payee_iban", null)]
    [InlineData(TransferKind.HoldRelease, "transfer_id", "hold", "legs", "amount", "payee_iban", null)]
    [InlineData(TransferKind.HoldExpiry, "transfer_id", "hold", "legs", "amount", "payee_iban", null)]
    [InlineData(TransferKind.Reversal, "transfer_id", "transfer", "legs", "amount", "payee_iban", null)]
    [InlineData(TransferKind.Exchange, "transfer_id", null, "legs", "legs", "legs", "exchange_rate")]
    [InlineData(TransferKind.Bookkeeping, "transfer_id", null, "legs", "legs", "legs", null)]
    public void Decide_SameIdOtherContent_NamesTheField(
        TransferKind kind, string itself, string? related, string ordering, string amount, string other, string? own)
    {
        (Check Check, string? Field)[] fields =
        [
            (Check.ReusedKind, itself), (Check.ReusedRelated, related), (Check.ReusedOrderingAccount, ordering),
            (Check.ReusedAmount, amount), (Check.ReusedOtherAccount, other),
            (kind == TransferKind.Hold ? Check.ReusedExpiry : Check.ReusedRate, own), (Check.ReusedReference, "reference"),
            (Check.ReusedLegs, Check.ReusedLegs.Kinds().Contains(kind) ? "legs" : null),
        ];
        foreach (var (check, field) in fields)
        {
            Assert.Equal(field is not null, check.Kinds().Contains(kind));
            if (field is not null)
                Assert.Equal(new Refusal(Reason.TransferIdReused, field), Decide(kind, [check]));
        }
    }

    /// <summary>
    /// An order that is right, spoiled by the checks. The rules must answer with the first, and the model must find them all.
    /// </summary>
    private static Refusal Decide(TransferKind kind, Check[] checks)
    {
        var situation = new Situation(kind);
        Assert.Null(situation.Decide().Refusal);
        foreach (var check in checks.OrderBy(check => check.IsReused()))
            situation.Spoil(check);

        var decision = situation.Decide();
        var expected = situation.ExpectedOfModel();
        Assert.All(checks, check => Assert.True(
            expected.Wrong.Any(wrong => wrong.Check == check),
            $"{kind}: the order does not fail {check}: {string.Join(' ', expected.Wrong)}"));
        Assert.True(
            checks[0].Reason() == decision.Refusal?.Reason && expected.Field == decision.Refusal.Field,
            $"{kind} with {string.Join(" and ", checks)}: decided {decision.Refusal}, "
            + $"expected {checks[0].Reason()} {expected.Field}; wrong: {string.Join(' ', expected.Wrong)}");
        Assert.Equal(checks[0].IsRecorded(), decision.Recorded is not null);
        return decision.Refusal;
    }

    /// <summary>Account 1 pays 100 to account 2; of linked transfers account 3 pays 1 to 4 as well.</summary>
    private sealed class Situation
    {
        private const long Amount = 100;
        private static readonly TransferId About = TestLedger.Id(50);

        private readonly Dictionary<long, AccountState> _accounts =
            Enumerable.Range(1, 5).ToDictionary(id => (long)id, id => TestLedger.Account(id, 1_000));
        private readonly Dictionary<TransferId, RecordedTransfer> _recorded = [];
        private readonly Dictionary<TransferId, TransferKind> _settled = [];
        private TransferOrder _order;

        public Situation(TransferKind kind)
        {
            _order = TestLedger.Order(1, 1, 2, Amount, kind: kind, reference: "qira");
            switch (kind)
            {
                case TransferKind.Hold:
                    _order = _order with { ExpiresAt = TestLedger.Morning.AddHours(1) };
                    break;
                case TransferKind.HoldPosting or TransferKind.HoldRelease or TransferKind.HoldExpiry:
                    _order = _order with { RelatedId = About };
                    _accounts[1] = _accounts[1] with { HeldMinor = Amount };
                    Hold(expires: kind == TransferKind.HoldExpiry ? -1 : 1);
                    break;
                case TransferKind.Reversal:
                    _order = _order with { RelatedId = About };
                    Reversed(Amount);
                    break;
                case TransferKind.Exchange or TransferKind.Bookkeeping:
                    _order = _order with
                    {
                        FurtherLegs = [new FurtherLeg(3, 4, new Money(1, TestLedger.All))],
                        ExchangeRate = kind == TransferKind.Exchange ? 97.5m : null,
                    };
                    break;
            }
        }

        public Decision Decide() => LedgerRules.Decide(
            new LedgerView(
                _accounts.Values.ToDictionary(account => account.Id, account => new LockedAccount(account)), _recorded, _settled,
                TestLedger.Morning, TestLedger.BusinessDate, TestLedger.Today, TestLedger.FreePayments),
            [_order]).Decisions[0];

        public ModelAnswer ExpectedOfModel()
        {
            var open = _recorded.TryGetValue(About, out var hold)
                && hold.Order.Kind == TransferKind.Hold
                && !_settled.ContainsKey(About)
                    ? hold.Order
                    : null;
            var model = new LedgerModel(
                _accounts.Values.Select(account => TestLedger.ToModel(account, account.Id == open?.DebitAccountId ? Amount : 0)),
                TestLedger.FreePayments);
            foreach (var known in _recorded.Values)
                model.Assume(known);
            foreach (var (about, kind) in _settled)
                model.Assume(Done(_order with { Id = TestLedger.Id(60), Kind = kind, RelatedId = about }));
            return model.Post(_order, TestLedger.Morning);
        }

        public void Spoil(Check check)
        {
            var payee = _order.CreditAccountId;
            switch (check)
            {
                case Check.ReusedKind:
                    Know(known => known with
                    {
                        Kind = _order.Kind == TransferKind.Payment ? TransferKind.CashWithdrawal : TransferKind.Payment,
                    });
                    break;
                case Check.ReusedRelated:
                    Know(known => known with { RelatedId = TestLedger.Id(51) });
                    break;
                case Check.ReusedOrderingAccount:
                    Know(known => _order.Kind == TransferKind.CashDeposit
                        ? known with { CreditAccountId = 5 }
                        : known with { DebitAccountId = 5 });
                    break;
                case Check.ReusedAmount:
                    Know(known => known with { Amount = known.Amount with { Minor = known.Amount.Minor + 1 } });
                    break;
                case Check.ReusedOtherAccount:
                    Know(known => _order.Kind == TransferKind.CashDeposit
                        ? known with { DebitAccountId = 4 }
                        : known with { CreditAccountId = 4 });
                    break;
                case Check.ReusedLegs:
                    Know(known => known with { FurtherLegs = [.. known.FurtherLegs, new FurtherLeg(4, 3, new Money(1, TestLedger.All))] });
                    break;
                case Check.ReusedExpiry:
                    Know(known => known with { ExpiresAt = known.ExpiresAt + TimeSpan.FromSeconds(1) });
                    break;
                case Check.ReusedRate:
                    Know(known => known with { ExchangeRate = 97.6m });
                    break;
                case Check.ReusedReference:
                    Know(known => known with { Reference = "tjetër" });
                    break;
                case Check.AmountNotPositive:
                    _order = _order with { Amount = _order.Amount with { Minor = 0 } };
                    break;
                case Check.AmountTooLarge:
                    _order = _order with { Amount = _order.Amount with { Minor = Money.MaxTransferMinor + 1 } };
                    break;
                case Check.SameAccount:
                    _order = _order with { CreditAccountId = 1 };
                    break;
                case Check.DebtorOfOtherCurrency:
                    _accounts[1] = _accounts[1] with { Currency = TestLedger.Eur };
                    break;
                case Check.NoPayee:
                    _order = _order with { CreditAccountId = null };
                    break;
                case Check.PayeeOfOtherCurrency or Check.CreditorOfOtherCurrency:
                    _accounts[payee!.Value] = _accounts[payee.Value] with { Currency = TestLedger.Eur };
                    break;
                case Check.HoldExpiryInvalid:
                    _order = _order with { ExpiresAt = TestLedger.Morning };
                    break;
                case Check.HoldNotFound:
                    Hold(_recorded[About].Order.ExpiresAt > TestLedger.Morning ? 1 : -1, creditor: 3);
                    break;
                case Check.HoldNotOver:
                    Hold(expires: 1, _recorded[About].Order.CreditAccountId!.Value);
                    break;
                case Check.HoldIsOver:
                    Hold(expires: -1, _recorded[About].Order.CreditAccountId!.Value);
                    break;
                case Check.HoldAlreadyPosted or Check.HoldAlreadyReleased or Check.HoldAlreadyExpired:
                    _settled[About] = check switch
                    {
                        Check.HoldAlreadyPosted => TransferKind.HoldPosting,
                        Check.HoldAlreadyReleased => TransferKind.HoldRelease,
                        _ => TransferKind.HoldExpiry,
                    };
                    _accounts[1] = _accounts[1] with { HeldMinor = 0 };
                    break;
                case Check.HoldAmountExceeded:
                    _order = _order with { Amount = _order.Amount with { Minor = Math.Max(_order.Amount.Minor, Amount + 1) } };
                    break;
                case Check.TransferNotFound:
                    _recorded.Remove(About);
                    break;
                case Check.OrderTooLate:
                    _order = _order with { Terms = _order.Terms with { LastMoment = TestLedger.Morning } };
                    break;
                case Check.Abandoned:
                    _order = _order with { Terms = _order.Terms with { SettleOnly = true } };
                    break;
                case Check.AlreadyReversed:
                    _settled[About] = TransferKind.Reversal;
                    break;
                case Check.ReversalNotPossible:
                    Reversed(Amount - 1);
                    break;
                case Check.AccountFrozen:
                    _accounts[1] = _accounts[1] with { Freeze = _accounts[1].Freeze | AccountFreeze.Debits };
                    break;
                case Check.AccountClosed:
                    _accounts[1] = _accounts[1] with { Closed = true };
                    break;
                case Check.PayeeCannotReceive:
                    _accounts[payee!.Value] = _accounts[payee.Value] with
                    {
                        Freeze = _accounts[payee.Value].Freeze | AccountFreeze.Credits,
                    };
                    break;
                case Check.PaymentLimitExceeded:
                    _accounts[1] = _accounts[1] with { Limits = new PaymentLimits(0, TestLedger.Much, TestLedger.Much) };
                    break;
                case Check.DailyLimitExceeded:
                    _accounts[1] = _accounts[1] with
                    {
                        Paid = _accounts[1].Paid with { Day = TestLedger.Today, DayMinor = TestLedger.Much },
                    };
                    break;
                case Check.MonthlyLimitExceeded:
                    _accounts[1] = _accounts[1] with
                    {
                        Paid = _accounts[1].Paid with { Day = TestLedger.Today, MonthMinor = TestLedger.Much },
                    };
                    break;
                case Check.ConfirmationRequired:
                    _accounts[1] = _accounts[1] with
                    {
                        Paid = _accounts[1].Paid with { UnconfirmedCount = TestLedger.FreePayments.LowValueCountMax },
                    };
                    break;
                case Check.InsufficientFunds:
                    _accounts[1] = _accounts[1] with { BalanceMinor = _accounts[1].HeldMinor - 1 };
                    break;
                case Check.BalanceOverflow when payee is { } creditor:
                    _accounts[creditor] = _accounts[creditor] with { BalanceMinor = long.MaxValue - 10 };
                    break;
                case Check.BalanceOverflow:
                    _accounts[1] = _accounts[1] with { FloorMinor = null, BalanceMinor = long.MinValue };
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(check), check, null);
            }
        }

        /// <summary>What is recorded under the order's id: refused, so that it has no effect, and another order.</summary>
        private void Know(Func<TransferOrder, TransferOrder> change)
        {
            var known = _recorded.TryGetValue(_order.Id, out var earlier) ? earlier.Order : _order;
            _recorded[_order.Id] = new RecordedTransfer(
                change(known), Reason.InsufficientFunds, null, default, [], null, TestLedger.BusinessDate);
        }

        private void Hold(int expires, long creditor = 2) => _recorded[About] = Done(
            TestLedger.Order(50, 1, creditor, Amount, kind: TransferKind.Hold) with
            {
                ExpiresAt = TestLedger.Morning.AddHours(expires),
            });

        private void Reversed(long amount) => _recorded[About] = Done(TestLedger.Order(50, 2, 1, amount)) with
        {
            First = new LegEffect(1, 0, 0, 1, amount, 0),
        };

        private static RecordedTransfer Done(TransferOrder order) => new(order, null, null, default, [], null, TestLedger.BusinessDate);
    }
}
