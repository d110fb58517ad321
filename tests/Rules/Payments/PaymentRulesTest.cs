using BktSmart.Accounts;
using BktSmart.Ledger;
using BktSmart.Payments;
using BktSmart.Tests.Rules.Ledger;
using CsCheck;

namespace BktSmart.Tests.Rules.Payments;

/// <summary>Which payments go without an FNP, how much may be paid, and what counts: account 1 pays.</summary>
public sealed class PaymentRulesTest
{
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly PaymentOptions Options = TestLedger.NewPayments(
        lowValueCount: 3, lowValue: 40, lowValueSum: 90, payment: 100, day: 250, month: 1_000);
    private static readonly PaymentLimits Bank = new(100, 250, 1_000);

    private static readonly Gen<PaymentLimits> AnyLimits = Gen.Select(
        Gen.Long[0, 50], Gen.Long[0, 50], Gen.Long[0, 50],
        (payment, more, most) => new PaymentLimits(payment, payment + more, payment + more + most));

    private static LockedAccount Payer(
        PaymentCounters paid = default, PaymentLimits? limits = null,
        NextPaymentLimits? next = null, IReadOnlyList<long>? trusted = null) =>
        new(TestLedger.Account(1, 0) with { Paid = paid, Limits = limits, NextLimits = next, TrustedPayees = trusted ?? [] });

    private static LockedAccount Other { get; } = new(TestLedger.Account(2, 0));

    private static LockedAccount Own { get; } = new(
        TestLedger.Account(3, 0) with { CustomerNumber = TestLedger.Account(1, 0).CustomerNumber });

    /// <summary>
    /// Years of payments on days that mostly go on, and sometimes go back; what counts is always what a list of all of them adds up to.
    /// </summary>
    [Fact]
    public void Count_AnyPaymentsOnAnyDays_AgreesWithAListOfThemAll() =>
        Gen.Select(
            Gen.Int[0, 400],
            Gen.Select(Gen.Int[0, 100].Select(StepOf), Gen.Long[0, 1_000], Gen.Enum<PaymentApproval>()).List[0, 60])
            .Sample((start, payments) =>
            {
                var today = Today.AddDays(start);
                var account = Payer();
                var model = new ModelPayments();
                foreach (var (step, amount, approval) in payments)
                {
                    today = today.AddDays(step);
                    account.Count(PaymentRules.Count(account, amount, approval, today));
                    model.Add(today, amount, approval);
                    foreach (var later in (int[])[-2, 0, 1, 30, 31, 365, 366])
                    {
                        var (day, paid) = (today.AddDays(later), account.Paid.On(today.AddDays(later)));
                        Assert.Equal(
                            (model.OnDay(day), model.InMonth(day), model.Unconfirmed()),
                            (paid.DayMinor, paid.MonthMinor, (paid.UnconfirmedCount, paid.UnconfirmedMinor)));
                    }
                }
            });

    /// <summary>Mostly the same day or the next; now and then a month or a year, and a day or two back.</summary>
    private static int StepOf(int drawn) => drawn switch
    {
        < 40 => 0,
        < 70 => 1,
        < 85 => drawn - 70,
        < 92 => -(drawn - 84),
        < 96 => 28 + (drawn - 92),
        < 99 => 365 + (drawn - 97),
        _ => -40,
    };

    [Theory]
    [InlineData("2026-11-23", "2026-11-23", 70, 500)]
    [InlineData("2026-11-23", "2026-11-24", 0, 500)]
    [InlineData("2026-11-30", "2026-12-01", 0, 0)]
    [InlineData("2026-12-31", "2027-01-01", 0, 0)]
    [InlineData("2026-11-23", "2027-11-23", 0, 0)] // the same month of another year
    [InlineData("2026-11-23", "2027-12-23", 0, 0)]
    [InlineData("2028-02-28", "2028-02-29", 0, 500)]
    [InlineData("2026-11-23", "2026-11-22", 70, 500)] // a clock that was set back
    [InlineData("2026-12-01", "2026-11-30", 70, 500)]
    [InlineData("2027-01-01", "2026-12-31", 70, 500)]
    public void On_AnotherDay_ForgetsTheDayAndWithANewMonthTheMonth(string counted, string today, long day, long month)
    {
        var paid = new PaymentCounters(Day(counted), 70, 500, 2, 60).On(Day(today));
        Assert.Equal((day, month), (paid.DayMinor, paid.MonthMinor));
        // Payments without an FNP are counted until one has an FNP, however long that takes.
        Assert.Equal((2, 60), (paid.UnconfirmedCount, paid.UnconfirmedMinor));
        Assert.Equal(Day(counted) > Day(today) ? Day(counted) : Day(today), paid.Day);
    }

    [Theory]
    [InlineData(nameof(PaymentApproval.Fnp), 110, 510, 0, 0)]
    [InlineData(nameof(PaymentApproval.LowValue), 110, 510, 3, 70)]
    [InlineData(nameof(PaymentApproval.TrustedPayee), 110, 510, 2, 60)]
    [InlineData(nameof(PaymentApproval.OwnAccount), 100, 500, 2, 60)]
    public void Count_EachApproval_CountsWhatIsPaidToOthersAndWhatNobodyConfirmed(
        string approval, long day, long month, int count, long sum) =>
        Assert.Equal(
            new PaymentCounters(Today, day, month, count, sum),
            PaymentRules.Count(Payer(new PaymentCounters(Today, 100, 500, 2, 60)), 10, Enum.Parse<PaymentApproval>(approval), Today));

    /// <summary>The rest can be paid, and a minor unit more cannot.</summary>
    [Theory]
    [InlineData(0, 0, 101, 100, 100)]
    [InlineData(180, 180, 101, 100, 70)] // the day leaves less than one payment may be
    [InlineData(0, 960, 101, 100, 40)] // so does the month
    [InlineData(180, 180, 80, 250, 70)]
    [InlineData(180, 950, 80, 250, 50)] // the month leaves less than the day
    [InlineData(0, 960, 80, 1_000, 40)]
    [InlineData(250, 1_000, 1, 250, 0)]
    [InlineData(100_000, 100_000, 1, 250, 0)] // more than now may be
    public void ExceededLimit_AnyLimit_LeavesWhatCouldStillBePaid(long day, long month, long amount, long limit, long rest)
    {
        var account = Payer(new PaymentCounters(Today, day, month, 0, 0));
        Assert.Equal(new LimitRoom(limit, rest), PaymentRules.ExceededLimit(account, amount, Today, Options)!.Value.Room);
        Assert.NotNull(PaymentRules.ExceededLimit(account, rest + 1, Today, Options));
        if (rest > 0)
            Assert.Null(PaymentRules.ExceededLimit(account, rest, Today, Options));
    }

    [Theory]
    [InlineData(0, 0, 100, null)]
    [InlineData(0, 0, 101, Reason.PaymentLimitExceeded)]
    [InlineData(150, 150, 100, null)]
    [InlineData(151, 151, 100, Reason.DailyLimitExceeded)]
    [InlineData(0, 900, 100, null)]
    [InlineData(0, 901, 100, Reason.MonthlyLimitExceeded)]
    [InlineData(250, 1_000, 101, Reason.PaymentLimitExceeded)]
    [InlineData(250, 1_000, 1, Reason.DailyLimitExceeded)]
    [InlineData(249, 1_000, 1, Reason.MonthlyLimitExceeded)]
    // More than now may be: the limit was lowered since.
    [InlineData(100_000, 100_000, 1, Reason.DailyLimitExceeded)]
    public void ExceededLimit_AtTheEdges_IsTheFirstThatIsPassed(long day, long month, long amount, Reason? reason)
    {
        var paid = new PaymentCounters(Today, day, month, 0, 0);
        Assert.Equal(reason, PaymentRules.ExceededLimit(Payer(paid), amount, Today, Options)?.Reason);
        Assert.Equal(reason, PaymentRules.ExceededLimit(Payer(paid, trusted: [Other.Id]), amount, Today, Options)?.Reason);
    }

    [Fact]
    public void ExceededLimit_OnTheNextDayAndInTheNextMonth_StartsAgain()
    {
        var paid = new PaymentCounters(Today, 250, 1_000, 0, 0);
        Assert.Equal(Reason.MonthlyLimitExceeded, PaymentRules.ExceededLimit(Payer(paid), 1, Today.AddDays(1), Options)?.Reason);
        Assert.Null(PaymentRules.ExceededLimit(Payer(paid), 100, new DateOnly(2026, 12, 1), Options));
        Assert.Equal(Reason.DailyLimitExceeded, PaymentRules.ExceededLimit(Payer(paid), 1, Today.AddDays(-1), Options)?.Reason);
    }

    /// <summary>Of a payment alone.</summary>
    private static PaymentApproval? Approve(LockedAccount debit, LockedAccount credit, long amount, bool confirmed, PaymentOptions options)
    {
        var view = new LedgerView(
            new Dictionary<long, LockedAccount> { [debit.Id] = debit, [credit.Id] = credit },
            new Dictionary<TransferId, RecordedTransfer>(),
            new Dictionary<TransferId, TransferKind>(), TestLedger.Morning, TestLedger.BusinessDate, Today, options);
        var spent = new Dictionary<LockedAccount, long>();
        if (!PaymentRules.IsOwn(debit, credit))
            spent.Add(debit, amount);
        var order = TestLedger.Order(1, debit.Id, credit.Id, amount) with { Confirmed = confirmed };
        return PaymentRules.Approve(view, order, order.AllLegs(), spent);
    }

    [Fact]
    public void LimitsOf_NothingSet_AreTheBanksOfTheCurrency()
    {
        var options = new PaymentOptions();
        Assert.Equal(
            new PaymentLimits(50_000_000, 100_000_000, 500_000_000),
            PaymentRules.LimitsOf(TestLedger.Account(1, 0), Today, options));
        Assert.Equal(
            new PaymentLimits(500_000, 1_000_000, 5_000_000),
            PaymentRules.LimitsOf(TestLedger.Account(1, 0, currency: TestLedger.Eur), Today, options));
    }

    [Fact]
    public void LimitsOf_AboveTheCeilingOfNow_AreTheCeiling()
    {
        var options = new PaymentOptions();
        options.Amounts["ALL"].LimitCeilingMinor = 100_000_000;
        var account = TestLedger.Account(1, 0) with { Limits = new PaymentLimits(60_000_000, 200_000_000, 500_000_000) };
        Assert.Equal(new PaymentLimits(60_000_000, 100_000_000, 100_000_000), PaymentRules.LimitsOf(account, Today, options));
    }

    [Fact]
    public void LimitsOf_NextLimits_HoldFromTheirDayOn()
    {
        var account = Payer(limits: new PaymentLimits(1, 2, 3), next: new NextPaymentLimits(new PaymentLimits(4, 5, 6), Today)).Before;
        Assert.Equal(new PaymentLimits(1, 2, 3), PaymentRules.LimitsOf(account, Today.AddDays(-1), Options));
        Assert.Equal(new PaymentLimits(4, 5, 6), PaymentRules.LimitsOf(account, Today, Options));
        Assert.Equal(new PaymentLimits(4, 5, 6), PaymentRules.LimitsOf(account, Today.AddDays(400), Options));
        Assert.Equal(Bank, PaymentRules.LimitsOf(account with { Limits = null }, Today.AddDays(-1), Options));
    }

    [Fact]
    public void Change_NotAboveWhatHeldBefore_IsRestoredAtOnce()
    {
        var (now, held, day) = (new PaymentLimits(0, 0, 0), new PaymentLimits(10, 20, 30), Today.AddDays(2));
        Assert.Equal((held, null), PaymentSettingsRules.Change(now, held, held, day));
        Assert.Equal(
            (now, new NextPaymentLimits(new PaymentLimits(10, 20, 31), day)),
            PaymentSettingsRules.Change(now, held, new PaymentLimits(10, 20, 31), day));
    }

    /// <summary>Whatever is set after whatever: before its day nothing is above what held, and what is lower holds at once.</summary>
    [Fact]
    public void Change_AnyLimits_RaisesNothingBeforeTheDay() =>
        Gen.Select(AnyLimits, AnyLimits.List[1, 5], Gen.Int[0, 3]).Sample((first, wanted, delay) =>
        {
            var account = Payer(limits: first).Before;
            foreach (var limits in wanted)
            {
                var held = PaymentRules.LimitsOf(account, Today, Options);
                var (now, next) = PaymentSettingsRules.Change(held, held, limits, Today.AddDays(delay + 1));
                account = account with { Limits = now, NextLimits = next };

                for (var day = 0; day <= delay; day++)
                {
                    var holds = PaymentRules.LimitsOf(account, Today.AddDays(day), Options);
                    Assert.False(holds.IsAbove(held) || holds.IsAbove(limits), $"{held} became {holds} at once, wanted {limits}");
                    Assert.Equal(Math.Min(held.PaymentMinor, limits.PaymentMinor), holds.PaymentMinor);
                    Assert.Equal(Math.Min(held.DayMinor, limits.DayMinor), holds.DayMinor);
                    Assert.Equal(Math.Min(held.MonthMinor, limits.MonthMinor), holds.MonthMinor);
                }

                Assert.Equal(limits, PaymentRules.LimitsOf(account, Today.AddDays(delay + 1), Options));
                Assert.Equal(limits.IsAbove(held), next is not null);
            }
        });

    [Theory]
    [InlineData(40, 0, 0, nameof(PaymentApproval.LowValue))]
    [InlineData(41, 0, 0, null)]
    [InlineData(1, 2, 0, nameof(PaymentApproval.LowValue))]
    [InlineData(1, 3, 0, null)]
    [InlineData(40, 1, 50, nameof(PaymentApproval.LowValue))]
    [InlineData(40, 1, 51, null)]
    // More than now may be: the bank has lowered it since.
    [InlineData(1, 7, 0, null)]
    [InlineData(1, 0, 91, null)]
    public void Approve_LowValueAtTheEdges_NeedsAnFnpAboveThem(long amount, int count, long sum, string? approval)
    {
        // Since long ago: no day starts the count again.
        var paid = new PaymentCounters(Today.AddDays(-100), 0, 0, count, sum);
        Assert.Equal(approval, Approve(Payer(paid), Other, amount, confirmed: false, Options)?.ToString());
        Assert.Equal(PaymentApproval.Fnp, Approve(Payer(paid), Other, amount, confirmed: true, Options));
        Assert.Equal(
            PaymentApproval.TrustedPayee,
            Approve(Payer(paid, trusted: [9, Other.Id]), Other, amount, confirmed: false, Options));
        Assert.Equal(PaymentApproval.OwnAccount, Approve(Payer(paid), Own, amount, confirmed: false, Options));
    }

    [Fact]
    public void Approve_SeveralReasons_CountsAsFewAsItMay()
    {
        var payer = Payer(trusted: [Other.Id, Own.Id]);
        Assert.Equal(PaymentApproval.TrustedPayee, Approve(payer, Other, 1, confirmed: false, Options));
        Assert.Equal(PaymentApproval.Fnp, Approve(payer, Other, 1, confirmed: true, Options));
        Assert.Equal(PaymentApproval.OwnAccount, Approve(payer, Own, 1, confirmed: true, Options));
    }

    /// <summary>After a reported FNP, until the day has come.</summary>
    [Fact]
    public void Approve_RiskRaised_NeedsAnFnpForEveryPaymentBeforeTheDay()
    {
        foreach (var (until, asks) in new[] { (Today.AddDays(1), true), (Today, false), (Today.AddDays(-1), false) })
        {
            var payer = new LockedAccount(Payer(trusted: [Other.Id]).Before with { RiskRaisedUntil = until });
            var stranger = new LockedAccount(TestLedger.Account(5, 0));
            foreach (var (payee, usual) in new[]
            {
                (Other, PaymentApproval.TrustedPayee), (Own, PaymentApproval.OwnAccount), (stranger, PaymentApproval.LowValue),
            })
            {
                Assert.Equal(asks ? null : usual, Approve(payer, payee, 1, confirmed: false, Options));
                Assert.Equal(
                    payee == Own ? PaymentApproval.OwnAccount : PaymentApproval.Fnp, Approve(payer, payee, 1, confirmed: true, Options));
            }

            // What comes in is nobody's business.
            Assert.Equal(PaymentApproval.LowValue, Approve(stranger, payer, 1, confirmed: false, Options));
        }
    }

    [Theory]
    [InlineData(0, 40, 90)]
    [InlineData(3, 0, 90)]
    [InlineData(3, 40, 0)]
    public void Approve_NoLowValueInTheBank_AlwaysNeedsAnFnp(int count, long lowValue, long sum) =>
        Assert.Null(Approve(
            Payer(), Other, 1, confirmed: false, TestLedger.NewPayments(count, lowValue, sum, 100, 250, 1_000)));

    [Fact]
    public void Approve_AccountsOfTheBank_AreNobodysOwn()
    {
        var (one, other) = (
            new LockedAccount(TestLedger.Account(8, 0, ofCustomer: false)), new LockedAccount(TestLedger.Account(9, 0, ofCustomer: false)));
        Assert.Null(Approve(one, other, 41, confirmed: false, Options));
        Assert.Null(Approve(Payer(), other, 41, confirmed: false, Options));
        Assert.Equal(Reason.PaymentLimitExceeded, PaymentRules.ExceededLimit(one, 101, Today, Options)?.Reason);
    }

    /// <summary>
    /// Between two payments with an FNP there are never more of low value, nor in sum, than the bank allows; and no fewer for no reason.
    /// </summary>
    [Fact]
    public void Approve_AnyPaymentsOnAnyDays_NeverMoreOfLowValueThanAllowed() =>
        Gen.Select(Gen.Long[1, 60], Gen.Int[0, 6], Gen.Int[0, 40]).List[0, 40].Sample(payments =>
        {
            var (account, today, count, sum) = (Payer(trusted: [4]), Today, 0, 0L);
            foreach (var (amount, how, step) in payments)
            {
                today = today.AddDays(step);
                var payee = how == 0 ? new LockedAccount(TestLedger.Account(4, 0)) : how == 1 ? Own : Other;
                var approval = Approve(account, payee, amount, confirmed: how == 2, Options);
                if (approval is { } approved)
                    account.Count(PaymentRules.Count(account, amount, approved, today));
                switch (approval)
                {
                    case PaymentApproval.LowValue:
                        (count, sum) = (count + 1, sum + amount);
                        Assert.True(
                            amount <= 40 && count <= 3 && sum <= 90,
                            $"{count} payments of {sum} went without an FNP, the last of {amount}");
                        break;
                    case PaymentApproval.Fnp:
                        (count, sum) = (0, 0);
                        break;
                    case null:
                        Assert.True(
                            amount > 40 || count == 3 || sum + amount > 90,
                            $"{amount} needed an FNP after {count} payments of {sum}");
                        break;
                }
            }
        });

    /// <summary>What the ledger makes of it: an order without an FNP leaves no trace, and its id can still be paid with one.</summary>
    [Fact]
    public void Decide_PaymentThatNeedsAnFnp_LeavesItsIdFreeAndIsBookedWithOne()
    {
        var ledger = new RulesLedger(TestLedger.Account(1, 1_000), TestLedger.Account(2, 0)) { Payments = Options };
        var order = TestLedger.Order(1, 1, 2, 41);
        var before = ledger.Accounts[1].Paid;
        var decided = ledger.Decide(order, TestLedger.Order(2, 1, 2, 40));
        Assert.Equal(new Refusal(Reason.ConfirmationRequired), decided.Decisions[0].Refusal);
        Assert.Null(decided.Decisions[0].Recorded);
        Assert.Equal(TestLedger.Id(2), Assert.Single(decided.New).Id);
        Assert.Equal(new PaymentCounters(TestLedger.Today, 40, 40, 1, 40), ledger.Accounts[1].Paid);
        Assert.NotEqual(before, ledger.Accounts[1].Paid);

        Assert.Equal(PaymentApproval.Fnp, ledger.Post(order with { Confirmed = true }).Recorded!.Approval);
        Assert.Equal(new PaymentCounters(TestLedger.Today, 81, 81, 0, 0), ledger.Accounts[1].Paid);
        // And after that the answer is the recorded one, with or without.
        Assert.Null(ledger.Post(order).Refusal);
        Assert.Equal(919, ledger.Accounts[1].BalanceMinor);
    }

    [Fact]
    public void Decide_LimitIsPassed_IsRefusedForEverAndCountsNothing()
    {
        var ledger = new RulesLedger(TestLedger.Account(1, 1_000), TestLedger.Account(2, 0)) { Payments = Options };
        Assert.Equal(Reason.PaymentLimitExceeded, ledger.Post(TestLedger.Order(1, 1, 2, 101) with { Confirmed = true }).Refusal?.Reason);
        Assert.Equal(default, ledger.Accounts[1].Paid);
        ledger.Accounts[1] = ledger.Accounts[1] with { Limits = new PaymentLimits(1_000, 1_000, 1_000) };
        Assert.Equal(Reason.PaymentLimitExceeded, ledger.Post(TestLedger.Order(1, 1, 2, 101) with { Confirmed = true }).Refusal?.Reason);
        Assert.Null(ledger.Post(TestLedger.Order(2, 1, 2, 101) with { Confirmed = true }).Refusal);
    }

    [Fact]
    public void Decide_ManyInOneBatch_SeeEachOther()
    {
        var ledger = new RulesLedger(TestLedger.Account(1, 10_000), TestLedger.Account(2, 0)) { Payments = Options };
        var decided = ledger.Decide(
        [
            .. Enumerable.Range(1, 6).Select(id => TestLedger.Order(id, 1, 2, 30)),
            .. Enumerable.Range(7, 3).Select(id => TestLedger.Order(id, 1, 2, 70) with { Confirmed = true }),
        ]);
        Assert.Equal(
            [
                null, null, null, Reason.ConfirmationRequired, Reason.ConfirmationRequired, Reason.ConfirmationRequired,
                null, null, Reason.DailyLimitExceeded,
            ],
            decided.Decisions.Select(decision => decision.Refusal?.Reason));
    }

    /// <summary>Its FNP was given in advance: limits hold all the same, and what goes without an FNP is not counted up.</summary>
    [Fact]
    public void Decide_PaymentOfAStandingOrder_NeedsNoFnpAndCountsForTheLimits()
    {
        var risky = TestLedger.Account(1, 1_000) with { RiskRaisedUntil = TestLedger.Today.AddDays(7) };
        var ledger = new RulesLedger(risky, TestLedger.Account(2, 0)) { Payments = Options };
        var order = TestLedger.Order(1, 1, 2, 90) with { Originator = Originator.StandingOrder };
        Assert.Equal(PaymentApproval.StandingOrder, ledger.Post(order).Recorded!.Approval);
        Assert.Equal(new PaymentCounters(TestLedger.Today, 90, 90, 0, 0), ledger.Accounts[1].Paid);
        Assert.Equal(
            Reason.PaymentLimitExceeded, ledger.Post(order with { Id = TestLedger.Id(2), Amount = order.Amount with { Minor = 101 } })
                .Refusal?.Reason);
        Assert.Equal(
            PaymentApproval.Fnp, ledger.Post(order with { Id = TestLedger.Id(3), Confirmed = true }).Recorded!.Approval);
        // A customer without an FNP cannot pass for a standing order.
        Assert.Equal(Reason.ConfirmationRequired, ledger.Post(TestLedger.Order(4, 1, 2, 1)).Refusal?.Reason);
    }

    /// <summary>Only payments: what staff order, cash, and what ends a hold are none.</summary>
    [Fact]
    public void Decide_OtherKindsOfOrders_NeedNoFnpAndMeetNoLimit()
    {
        var nothing = TestLedger.NewPayments(0, 0, 0, 0, 0, 0);
        var ledger = new RulesLedger(
            TestLedger.Account(1, 10_000), TestLedger.Account(2, 0), TestLedger.Account(5, 0, floor: null, ofCustomer: false))
        {
            Payments = nothing,
        };
        var hold = TestLedger.Hold(1, 1, 2, 500);
        var paid = TestLedger.Order(3, 1, 2, 500, kind: TransferKind.Bookkeeping);
        TransferOrder[] orders =
        [
            hold, TestLedger.End(2, TransferKind.HoldPosting, hold), paid, TestLedger.Reversal(4, paid),
            TestLedger.Order(5, 1, 5, 500, kind: TransferKind.CashWithdrawal),
            TestLedger.Order(6, 5, 1, 500, kind: TransferKind.CashDeposit),
            TestLedger.Order(7, 1, 2, 500, kind: TransferKind.Exchange),
        ];
        Assert.All(orders, order =>
        {
            var decision = ledger.Post(order);
            Assert.True(decision is { Refusal: null, Recorded.Approval: null }, $"{order.Kind}: {decision}");
        });
        Assert.Equal(default, ledger.Accounts[1].Paid);
        Assert.Equal(Reason.PaymentLimitExceeded, ledger.Post(TestLedger.Order(8, 1, 2, 1)).Refusal?.Reason);
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
