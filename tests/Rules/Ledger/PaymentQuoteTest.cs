using BktSmart.Ledger;
using CsCheck;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>A quote against the payment itself: whatever it says is what the ledger then does.</summary>
public sealed class PaymentQuoteTest
{
    private const int Samples = 20_000;

    private static readonly ConfirmationCause[] Exempt =
        [ConfirmationCause.OwnAccount, ConfirmationCause.TrustedPayee, ConfirmationCause.LowValue];

    private static readonly PaymentOptions Payments = TestLedger.NewPayments(
        lowValueCount: 3, lowValue: 40, lowValueSum: 90, payment: 60, day: 100, month: 150);

    /// <summary>Of a payer and one payment.</summary>
    private static readonly Gen<(AccountState Payer, AccountState Payee, long Amount)> Cases =
        from balance in Gen.Long[0, 200]
        from held in Gen.Long[0, 20]
        from floor in Gen.Long[-1, 0]
        from day in Gen.Int[-1, 0]
        from ofDay in Gen.Long[0, 110]
        from ofMonth in Gen.Long[0, 60]
        from count in Gen.Int[0, 4]
        from unconfirmed in Gen.Long[0, 100]
        from trusted in Gen.Bool
        from own in Gen.Bool
        from risk in Gen.Int[0, 5]
        from freeze in Gen.Int[0, 12]
        from amount in Gen.Long[-1, 130]
        let payer = TestLedger.Account(1, balance, floor * 50, held: held) with
        {
            Paid = new PaymentCounters(TestLedger.Today.AddDays(day), ofDay, ofDay + ofMonth, count, unconfirmed),
            TrustedPayees = trusted ? [2] : [],
            RiskRaisedUntil = TestLedger.Today.AddDays(risk == 5 ? 1 : 0),
            Freeze = freeze == 12 ? AccountFreeze.Debits : AccountFreeze.None,
        }
        let payee = TestLedger.Account(2, 0, freeze: freeze == 11 ? AccountFreeze.Credits : AccountFreeze.None)
        select (payer, own ? payee with { CustomerNumber = payer.CustomerNumber } : payee, amount);

    [Fact]
    public void Quote_AnyPayment_IsWhatTheLedgerThenDoes() => Cases.Sample(
        (payer, payee, amount) =>
        {
            var payment = TestLedger.Order(1, 1, 2, amount);
            var quoted = NewLedger().Quote(payment);
            var paid = NewLedger();
            var booked = paid.Post(payment);
            var withoutFnp = booked.Refusal is null;
            if (booked.Refusal?.Reason == Reason.ConfirmationRequired)
                booked = paid.Post(payment with { Confirmed = true });
            if (booked.Refusal is { } refusal)
            {
                Assert.Equal(refusal, quoted.Refusal);
                return;
            }

            var (quote, after) = (quoted.Value!, paid.Accounts[1]);
            Assert.Equal(withoutFnp, Exempt.Contains(quote.Cause));
            Assert.Equal(after.BalanceMinor, quote.BalanceMinor);
            AssertMost(quote.SpendableMinor, NewRich(after), [Reason.InsufficientFunds]);
            Assert.Equal(60, quote.PaymentLimitMinor);
            AssertMost(quote.DayRestMinor, NewWide(after), [Reason.DailyLimitExceeded, Reason.MonthlyLimitExceeded]);
            AssertMost(quote.MonthRestMinor, NewWide(after, day: TestLedger.Much), [Reason.MonthlyLimitExceeded]);

            // So many of one unit go without an FNP, as long as their sum allows.
            var small = NewRich(after, Payments);
            small.Accounts[1] = small.Accounts[1] with { RiskRaisedUntil = TestLedger.Today, TrustedPayees = [] };
            small.Accounts[2] = TestLedger.Account(2, 0);
            var free = 0;
            while (small.Post(TestLedger.Order(100 + free, 1, 2, 1)).Refusal is null)
                free++;
            Assert.Equal(Math.Min(Math.Min(quote.LowValueCount, quote.LowValueRestMinor), quote.DayRestMinor), free);

            RulesLedger NewLedger() => new(payer, payee) { Payments = Payments };
        },
        iter: Samples);

    [Theory]
    [InlineData(41, 0, 0, 0, ConfirmationCause.AboveLowValue)]
    [InlineData(40, 3, 0, 0, ConfirmationCause.LowValueCountUsed)]
    [InlineData(40, 2, 51, 0, ConfirmationCause.LowValueSumUsed)]
    [InlineData(40, 2, 50, 0, ConfirmationCause.LowValue)]
    [InlineData(1, 0, 0, 1, ConfirmationCause.RiskRaised)]
    public void Quote_WhatCounts_SaysWhy(long amount, int count, long unconfirmed, int riskDays, ConfirmationCause cause)
    {
        var payer = TestLedger.Account(1, 1_000) with
        {
            Paid = new PaymentCounters(TestLedger.Today.AddDays(-1), 0, 0, count, unconfirmed),
            RiskRaisedUntil = TestLedger.Today.AddDays(riskDays),
        };
        var ledger = new RulesLedger(payer, TestLedger.Account(2, 0)) { Payments = Payments };
        Assert.Equal(cause, ledger.Quote(TestLedger.Order(1, 1, 2, amount)).Value!.Cause);
        Assert.Empty(ledger.Recorded);
    }

    /// <summary>So much can be paid, and no more.</summary>
    private static void AssertMost(long most, RulesLedger ledger, Reason[] otherwise)
    {
        var more = ledger.Post(TestLedger.Order(2, 1, 3, most + 1) with { Confirmed = true });
        Assert.Contains(more.Refusal!.Reason, otherwise);
        if (most > 0)
            Assert.Null(ledger.Post(TestLedger.Order(3, 1, 3, most) with { Confirmed = true }).Refusal);
    }

    /// <summary>Nothing but funds ends what can be paid; with limits, nothing but those.</summary>
    private static RulesLedger NewRich(AccountState payer, PaymentOptions? limits = null) => new(
        limits is null ? payer : payer with { BalanceMinor = 1_000_000 }, TestLedger.Account(3, 0), TestLedger.Account(2, 0))
    {
        Payments = limits ?? TestLedger.FreePayments,
    };

    /// <summary>Nothing but the limits of a day and a month ends what can be paid.</summary>
    private static RulesLedger NewWide(AccountState payer, long day = 100) => new(
        payer with { BalanceMinor = 1_000_000 }, TestLedger.Account(3, 0))
    {
        Payments = TestLedger.NewPayments(3, 40, 90, payment: TestLedger.Much, day, month: 150),
    };
}
