using BktSmart.Accounts;
using BktSmart.Ledger;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>What the rules promise, example by example.</summary>
public sealed class LedgerRulesTest
{
    private static RulesLedger NewLedger() => new(
        TestLedger.Account(1, 1_000), TestLedger.Account(2, 50), TestLedger.Account(3, 0, floor: -500),
        TestLedger.Account(4, 1_000, currency: TestLedger.Eur),
        TestLedger.Account(5, 0, floor: null, ofCustomer: false),
        TestLedger.Account(6, 1_000, floor: null, ofCustomer: false, held: long.MaxValue - 10));

    [Fact]
    public void Decide_SameIdTwiceInABatch_IsOneTransferWithOneAnswer()
    {
        var ledger = NewLedger();
        var decided = ledger.Decide(TestLedger.Order(1, 1, 2, 600), TestLedger.Order(1, 1, 2, 600));
        Assert.Single(decided.New);
        Assert.Same(decided.Decisions[0].Recorded, decided.Decisions[1].Recorded);
        Assert.Equal(400, ledger.Accounts[1].BalanceMinor);
    }

    [Fact]
    public void Decide_SameIdTwiceInABatchOtherContent_SecondIsRefusedAndTheFirstStands()
    {
        var ledger = NewLedger();
        var decided = ledger.Decide(TestLedger.Order(1, 1, 2, 600), TestLedger.Order(1, 1, 2, 601));
        Assert.Single(decided.New);
        Assert.Equal(new Refusal(Reason.TransferIdReused, "amount"), decided.Decisions[1].Refusal);
        Assert.Null(decided.Decisions[1].Recorded);
        Assert.Equal(400, ledger.Accounts[1].BalanceMinor);
    }

    [Fact]
    public void Decide_OtherStaffWithTheSameOrder_GetsTheOriginalAnswer()
    {
        var ledger = NewLedger();
        var order = TestLedger.Order(1, 5, 1, 600, kind: TransferKind.CashDeposit);
        var first = ledger.Post(order with { Originator = Originator.Of(new StaffMember("teller-1")) });
        var second = ledger.Post(order with { Originator = Originator.Of(new StaffMember("teller-2")) });
        Assert.Same(first.Recorded, second.Recorded);
    }

    [Fact]
    public void Decide_RefusedForLackOfFunds_StaysRefusedWhenThereIsMoney()
    {
        var ledger = NewLedger();
        Assert.Equal(Reason.InsufficientFunds, ledger.Post(TestLedger.Order(1, 2, 1, 51)).Refusal?.Reason);
        Assert.Null(ledger.Post(TestLedger.Order(2, 1, 2, 500)).Refusal);
        var again = ledger.Decide(TestLedger.Order(1, 2, 1, 51));
        Assert.Equal(Reason.InsufficientFunds, again.Decisions[0].Refusal?.Reason);
        Assert.Empty(again.New);
        Assert.Equal(550, ledger.Accounts[2].BalanceMinor);
    }

    [Fact]
    public void Decide_RefusedBecauseFrozen_StaysRefusedWhenUnfrozen()
    {
        var ledger = NewLedger();
        var free = ledger.Accounts[1];
        ledger.Accounts[1] = free with { Freeze = AccountFreeze.Debits };
        Assert.Equal(Reason.AccountFrozen, ledger.Post(TestLedger.Order(1, 1, 2, 1)).Refusal?.Reason);
        ledger.Accounts[1] = free;
        Assert.Equal(Reason.AccountFrozen, ledger.Post(TestLedger.Order(1, 1, 2, 1)).Refusal?.Reason);
        Assert.Null(ledger.Post(TestLedger.Order(2, 1, 2, 1)).Refusal);
    }

    [Fact]
    public void Decide_RefusedBecauseItMadeNoSense_MayBeCorrectedUnderTheSameId()
    {
        var ledger = NewLedger();
        Assert.Equal(Reason.AmountNotPositive, ledger.Post(TestLedger.Order(1, 1, 2, 0)).Refusal?.Reason);
        Assert.Equal(Reason.SameAccount, ledger.Post(TestLedger.Order(1, 1, 1, 5)).Refusal?.Reason);
        Assert.Equal(Reason.PayeeCannotReceive, ledger.Post(TestLedger.Order(1, 1, null, 5)).Refusal?.Reason);
        Assert.Null(ledger.Post(TestLedger.Order(1, 1, 2, 5)).Refusal);
    }

    [Theory]
    [InlineData(AccountFreeze.Debits, Reason.AccountFrozen, null)]
    [InlineData(AccountFreeze.Credits, null, Reason.PayeeCannotReceive)]
    [InlineData(AccountFreeze.Both, Reason.AccountFrozen, Reason.PayeeCannotReceive)]
    public void Decide_FrozenAccount_IsRefusedInThatDirectionOnly(AccountFreeze freeze, Reason? whenItPays, Reason? whenItReceives)
    {
        var ledger = NewLedger();
        ledger.Accounts[1] = ledger.Accounts[1] with { Freeze = freeze };
        Assert.Equal(whenItPays, ledger.Post(TestLedger.Order(1, 1, 3, 1)).Refusal?.Reason);
        Assert.Equal(whenItReceives, ledger.Post(TestLedger.Order(2, 2, 1, 1)).Refusal?.Reason);
    }

    [Fact]
    public void Decide_FloorBelowZero_MayBeReachedAndNotCrossed()
    {
        var ledger = NewLedger();
        var decided = ledger.Decide(TestLedger.Order(1, 3, 1, 500), TestLedger.Order(2, 3, 1, 1));
        Assert.Null(decided.Decisions[0].Refusal);
        Assert.Equal(Reason.InsufficientFunds, decided.Decisions[1].Refusal?.Reason);
        Assert.Equal(-500, ledger.Accounts[3].BalanceMinor);
    }

    [Fact]
    public void Decide_MoneyHeld_CannotBeSpentTwice()
    {
        var ledger = NewLedger();
        var decided = ledger.Decide(TestLedger.Hold(1, 1, 2, 700), TestLedger.Order(2, 1, 2, 301), TestLedger.Order(3, 1, 2, 300));
        Assert.Equal([null, Reason.InsufficientFunds, null], decided.Decisions.Select(decision => decision.Refusal?.Reason));
        Assert.Equal((700, 700), (ledger.Accounts[1].BalanceMinor, ledger.Accounts[1].HeldMinor));
    }

    [Fact]
    public void Decide_LinkedLegsOfWhichTheLastFails_NothingIsBookedAndTheLegIsNamed()
    {
        var ledger = NewLedger();
        var before = ledger.Accounts.Values.Select(account => (account.BalanceMinor, account.SequenceNumber)).ToArray();
        var order = TestLedger.Order(1, 1, 2, 100, kind: TransferKind.Bookkeeping) with
        {
            FurtherLegs = [new FurtherLeg(2, 3, new Money(150, TestLedger.All)), new FurtherLeg(2, 3, new Money(1, TestLedger.All))],
        };
        var decided = ledger.Decide(order);
        Assert.Equal(new Refusal(Reason.InsufficientFunds, "legs[2]"), decided.Decisions[0].Refusal);
        var recorded = Assert.Single(decided.New);
        Assert.Equal(2, recorded.RefusedLeg);
        Assert.False(recorded.HasPostings);
        Assert.Empty(recorded.Further);
        Assert.Equal(before, ledger.Accounts.Values.Select(account => (account.BalanceMinor, account.SequenceNumber)));
    }

    [Fact]
    public void Decide_LinkedLegsThatFailAfterOthersOfTheBatch_TakeBackTheirOwnEffectOnly()
    {
        var ledger = NewLedger();
        var failing = TestLedger.Order(2, 1, 2, 100, kind: TransferKind.Bookkeeping) with
        {
            FurtherLegs = [new FurtherLeg(2, 3, new Money(900, TestLedger.All))],
        };
        var decided = ledger.Decide(TestLedger.Order(1, 1, 2, 10), failing, TestLedger.Order(3, 2, 3, 60));
        Assert.Equal([null, Reason.InsufficientFunds, null], decided.Decisions.Select(decision => decision.Refusal?.Reason));
        Assert.Equal((990, 0, 60), (ledger.Accounts[1].BalanceMinor, ledger.Accounts[2].BalanceMinor, ledger.Accounts[3].BalanceMinor));
        Assert.Equal((4, 5), (ledger.Accounts[1].SequenceNumber, ledger.Accounts[2].SequenceNumber));
    }

    [Fact]
    public void Decide_LinkedLegsNonsenseInALaterLeg_IsNamedAndNotRecorded()
    {
        var order = TestLedger.Order(1, 1, 2, 100_000, kind: TransferKind.Bookkeeping) with
        {
            FurtherLegs = [new FurtherLeg(2, 2, new Money(1, TestLedger.All))],
        };
        var decided = NewLedger().Decide(order);
        Assert.Equal(new Refusal(Reason.SameAccount, "legs[1]"), decided.Decisions[0].Refusal);
        Assert.Empty(decided.New);
    }

    [Fact]
    public void Decide_LegsWrongInSeveralWays_TheFirstLegThatIsWrongIsTheAnswer()
    {
        // The first by a late check, the second by an early one.
        var nonsense = TestLedger.Order(1, 1, 4, 100, kind: TransferKind.Bookkeeping) with
        {
            FurtherLegs = [new FurtherLeg(2, 3, new Money(0, TestLedger.All))],
        };
        Assert.Equal(new Refusal(Reason.CurrencyMismatch, "legs[0]"), NewLedger().Post(nonsense).Refusal);

        var ledger = NewLedger();
        ledger.Accounts[2] = ledger.Accounts[2] with { Freeze = AccountFreeze.Debits };
        var refused = TestLedger.Order(1, 1, 3, 1_001, kind: TransferKind.Bookkeeping) with
        {
            FurtherLegs = [new FurtherLeg(2, 3, new Money(1, TestLedger.All))],
        };
        Assert.Equal(new Refusal(Reason.InsufficientFunds, "legs[0]"), ledger.Post(refused).Refusal);
    }

    [Theory]
    [InlineData(TransferKind.HoldPosting, TransferKind.HoldPosting, Reason.HoldAlreadyPosted)]
    [InlineData(TransferKind.HoldPosting, TransferKind.HoldRelease, Reason.HoldAlreadyPosted)]
    [InlineData(TransferKind.HoldPosting, TransferKind.HoldExpiry, Reason.HoldAlreadyPosted)]
    [InlineData(TransferKind.HoldRelease, TransferKind.HoldPosting, Reason.HoldAlreadyReleased)]
    [InlineData(TransferKind.HoldRelease, TransferKind.HoldRelease, Reason.HoldAlreadyReleased)]
    [InlineData(TransferKind.HoldRelease, TransferKind.HoldExpiry, Reason.HoldAlreadyReleased)]
    [InlineData(TransferKind.HoldExpiry, TransferKind.HoldPosting, Reason.HoldExpired)]
    [InlineData(TransferKind.HoldExpiry, TransferKind.HoldRelease, Reason.HoldExpired)]
    [InlineData(TransferKind.HoldExpiry, TransferKind.HoldExpiry, Reason.HoldExpired)]
    public void Decide_TwoEndsOfAHoldInOneBatchOrTwo_OneTakesPlaceAndTheOtherIsRefusedForGood(
        TransferKind first, TransferKind second, Reason expected)
    {
        foreach (var together in new[] { true, false })
        {
            var ledger = NewLedger();
            var hold = TestLedger.Hold(1, 1, 2, 100);
            Assert.Null(ledger.Post(hold).Refusal);
            if (first == TransferKind.HoldExpiry)
                ledger.Now += TimeSpan.FromHours(1);
            // An expiry that comes second is only asked when its time has come.
            var (one, other) = (TestLedger.End(2, first, hold), TestLedger.End(3, second, hold));
            var decisions = new List<Decision>();
            if (together && second != TransferKind.HoldExpiry)
            {
                decisions.AddRange(ledger.Decide(one, other).Decisions);
            }
            else
            {
                decisions.Add(ledger.Post(one));
                ledger.Now += TimeSpan.FromHours(1);
                decisions.Add(ledger.Post(other));
            }

            Assert.Null(decisions[0].Refusal);
            Assert.Equal(expected, decisions[1].Refusal?.Reason);
            Assert.NotNull(decisions[1].Recorded);
            Assert.Equal(
                (first == TransferKind.HoldPosting ? 900 : 1_000, 0), (ledger.Accounts[1].BalanceMinor, ledger.Accounts[1].HeldMinor));
        }
    }

    [Fact]
    public void Decide_PartOfAHoldPosted_FreesTheRest()
    {
        var ledger = NewLedger();
        var hold = TestLedger.Hold(1, 1, 2, 1_000);
        var decided = ledger.Decide(
            hold, TestLedger.Order(2, 1, 2, 1), TestLedger.End(3, TransferKind.HoldPosting, hold, 400), TestLedger.Order(4, 1, 2, 600));
        Assert.Equal([null, Reason.InsufficientFunds, null, null], decided.Decisions.Select(decision => decision.Refusal?.Reason));
        Assert.Equal(
            (600, 0), (decided.Decisions[2].Recorded!.First.DebitBalanceAfter, decided.Decisions[2].Recorded!.First.DebitHeldAfter));
        Assert.Equal((0, 0), (ledger.Accounts[1].BalanceMinor, ledger.Accounts[1].HeldMinor));
    }

    [Fact]
    public void Decide_HoldTakenAndEndedInOneBatch_IsSeenByTheEnd()
    {
        var hold = TestLedger.Hold(1, 1, 2, 1_000);
        var decided = NewLedger().Decide(hold, TestLedger.End(2, TransferKind.HoldRelease, hold), TestLedger.Order(3, 1, 2, 1_000));
        Assert.All(decided.Decisions, decision => Assert.Null(decision.Refusal));
        Assert.Equal(new StandingAfter(3, 1_000, 1_000), decided.Decisions[0].Recorded!.Standing);
        Assert.Equal(new StandingAfter(3, 1_000, 0), decided.Decisions[1].Recorded!.Standing);
    }

    [Fact]
    public void Decide_EndOfAHoldThatWasRefused_FindsNoHold()
    {
        var ledger = NewLedger();
        var hold = TestLedger.Hold(1, 2, 1, 51);
        Assert.Equal(Reason.InsufficientFunds, ledger.Post(hold).Refusal?.Reason);
        Assert.Equal(new Refusal(Reason.HoldNotFound, "hold"), ledger.Post(TestLedger.End(2, TransferKind.HoldPosting, hold)).Refusal);
    }

    [Fact]
    public void Decide_EndOfWhatIsNoHold_FindsNoHold()
    {
        var ledger = NewLedger();
        var payment = TestLedger.Order(1, 1, 2, 51);
        Assert.Null(ledger.Post(payment).Refusal);
        Assert.Equal(new Refusal(Reason.HoldNotFound, "hold"), ledger.Post(TestLedger.End(2, TransferKind.HoldRelease, payment)).Refusal);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public void Decide_HoldPostedAroundItsExpiry_IsTakenOnlyBefore(int seconds, bool taken)
    {
        var ledger = NewLedger();
        var hold = TestLedger.Hold(1, 1, 2, 100, TestLedger.Morning.AddHours(1));
        Assert.Null(ledger.Post(hold).Refusal);
        ledger.Now = TestLedger.Morning.AddHours(1).AddSeconds(seconds);
        Assert.Equal(taken ? null : Reason.HoldExpired, ledger.Post(TestLedger.End(2, TransferKind.HoldPosting, hold)).Refusal?.Reason);
        // What is over is held until somebody ends it.
        Assert.Equal(taken ? 0 : 100, ledger.Accounts[1].HeldMinor);
        Assert.Equal(
            taken ? new Refusal(Reason.HoldExpiryInvalid, "hold") : null,
            ledger.Post(TestLedger.End(3, TransferKind.HoldExpiry, hold)).Refusal);
        Assert.Equal(0, ledger.Accounts[1].HeldMinor);
    }

    [Fact]
    public void Decide_HoldOnAFrozenAccount_CanBeReleasedAndNotPosted()
    {
        var ledger = NewLedger();
        var hold = TestLedger.Hold(1, 1, 2, 100);
        Assert.Null(ledger.Post(hold).Refusal);
        ledger.Accounts[1] = ledger.Accounts[1] with { Freeze = AccountFreeze.Both };
        Assert.Equal(Reason.AccountFrozen, ledger.Post(TestLedger.End(2, TransferKind.HoldPosting, hold)).Refusal?.Reason);
        Assert.Null(ledger.Post(TestLedger.End(3, TransferKind.HoldRelease, hold)).Refusal);
        Assert.Equal((1_000, 0), (ledger.Accounts[1].BalanceMinor, ledger.Accounts[1].HeldMinor));
    }

    [Fact]
    public void Decide_MuchHeldOnAnAccountThatPays_IsNoOverflow()
    {
        // Only a hold adds to what is held.
        var ledger = NewLedger();
        Assert.Null(ledger.Post(TestLedger.Order(1, 6, 1, 100, kind: TransferKind.Bookkeeping)).Refusal);
        Assert.Equal(Reason.BalanceOverflow, ledger.Post(TestLedger.Hold(2, 6, 1, 11)).Refusal?.Reason);
        var hold = TestLedger.Hold(3, 6, 1, 10);
        Assert.Null(ledger.Post(hold).Refusal);
        Assert.Null(ledger.Post(TestLedger.End(4, TransferKind.HoldPosting, hold)).Refusal);
    }

    [Fact]
    public void Decide_Reversal_BringsAllLegsBackOnce()
    {
        var ledger = NewLedger();
        var before = ledger.Accounts.Values.Select(account => account.BalanceMinor).ToArray();
        var order = TestLedger.Order(1, 1, 2, 100, kind: TransferKind.Bookkeeping) with
        {
            FurtherLegs = [new FurtherLeg(2, 3, new Money(120, TestLedger.All))],
        };
        var decided = ledger.Decide(order, TestLedger.Reversal(2, order), TestLedger.Reversal(3, order));
        Assert.Equal([null, null, Reason.AlreadyReversed], decided.Decisions.Select(decision => decision.Refusal?.Reason));
        Assert.Equal(before, ledger.Accounts.Values.Select(account => account.BalanceMinor));
        Assert.Equal(Reason.ReversalNotPossible, ledger.Post(TestLedger.Reversal(4, TestLedger.Reversal(2, order))).Refusal?.Reason);
    }

    [Fact]
    public void Decide_ReversalRefusedForLackOfFunds_LeavesTheTransferReversible()
    {
        var ledger = NewLedger();
        var payment = TestLedger.Order(1, 1, 2, 100);
        var decided = ledger.Decide(
            payment, TestLedger.Order(2, 2, 3, 100), TestLedger.Reversal(3, payment),
            TestLedger.Order(4, 3, 2, 100), TestLedger.Reversal(5, payment));
        Assert.Equal([null, null, Reason.InsufficientFunds, null, null], decided.Decisions.Select(decision => decision.Refusal?.Reason));
    }

    [Fact]
    public void Decide_PostedHold_CanBeReversedAndTheHoldItselfNot()
    {
        var ledger = NewLedger();
        var hold = TestLedger.Hold(1, 1, 2, 100);
        var posting = TestLedger.End(2, TransferKind.HoldPosting, hold, 60);
        var decided = ledger.Decide(hold, posting, TestLedger.Reversal(3, posting));
        Assert.All(decided.Decisions, decision => Assert.Null(decision.Refusal));
        Assert.Equal((1_000, 0), (ledger.Accounts[1].BalanceMinor, ledger.Accounts[1].HeldMinor));
        // Settled or open, a hold moved nothing.
        Assert.Equal(Reason.ReversalNotPossible, ledger.Post(TestLedger.Reversal(4, hold)).Refusal?.Reason);
        var open = TestLedger.Hold(5, 1, 2, 100);
        Assert.Equal(Reason.ReversalNotPossible, ledger.Decide(open, TestLedger.Reversal(6, open)).Decisions[1].Refusal?.Reason);
    }
}
