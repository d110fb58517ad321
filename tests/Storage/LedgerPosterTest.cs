using BktSmart.Keys;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Storage;

/// <summary>Holds, linked legs, exchanges, reversals, and the two ways of a batch, on a real database.</summary>
public sealed class LedgerPosterTest(TestServer server)
{
    private static readonly BankKeys Keys = TestKeys.Create();
    private static readonly DateTimeOffset NextYear = Bank.Noon.AddDays(300);

    [Theory]
    [InlineData(500, 500)]
    [InlineData(200, 200)]
    [InlineData(null, 500)]
    public async Task PostAsync_HoldIsPosted_MovesThatMuchAndFreesTheRest(int? amount, long moved)
    {
        var (bank, payer, payee) = await OpenAsync();
        var hold = await bank.BookAsync(Bank.Hold(payer, payee, 500, NextYear));
        Assert.Equal((false, new StandingAfter(1, 1_000, 500)), (hold.HasPostings, hold.Standing));
        Assert.Equal((1_000, 500), await BalanceAsync(bank, payer));

        var posted = await bank.BookAsync(Bank.EndHold(TransferKind.HoldPosting, hold.Order, amount));

        Assert.Equal(new LegEffect(2, 1_000 - moved, 0, 1, moved, 0), posted.First);
        Assert.Equal((1_000 - moved, 0), await BalanceAsync(bank, payer));
        Assert.Equal(0, await CountOpenHoldsAsync(bank));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_HoldIsReleased_FreesTheMoneyAndMovesNothing()
    {
        var (bank, payer, payee) = await OpenAsync();
        var hold = await bank.BookAsync(Bank.Hold(payer, payee, 600, NextYear));
        Assert.Equal(Reason.InsufficientFunds, (await bank.PostOneAsync(Bank.Payment(payer, payee, 401))).Refusal?.Reason);
        await bank.BookAsync(Bank.Payment(payer, payee, 400));

        var released = await bank.BookAsync(Bank.EndHold(TransferKind.HoldRelease, hold.Order));

        Assert.Equal((false, new StandingAfter(2, 600, 0)), (released.HasPostings, released.Standing));
        await bank.BookAsync(Bank.Payment(payer, payee, 600));
        await bank.AssertSoundAsync();
    }

    [Theory]
    [InlineData(TransferKind.HoldPosting, TransferKind.HoldPosting, Reason.HoldAlreadyPosted)]
    [InlineData(TransferKind.HoldPosting, TransferKind.HoldRelease, Reason.HoldAlreadyPosted)]
    [InlineData(TransferKind.HoldRelease, TransferKind.HoldPosting, Reason.HoldAlreadyReleased)]
    [InlineData(TransferKind.HoldRelease, TransferKind.HoldRelease, Reason.HoldAlreadyReleased)]
    public async Task PostAsync_HoldThatIsSettled_IsNotSettledAgain(TransferKind first, TransferKind second, Reason reason)
    {
        var (bank, payer, payee) = await OpenAsync();
        var hold = await bank.BookAsync(Bank.Hold(payer, payee, 500, NextYear));
        await bank.BookAsync(Bank.EndHold(first, hold.Order));
        var late = Bank.EndHold(second, hold.Order);
        await AssertRefusedForGoodAsync(bank, late, new Refusal(reason));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_EndOfAHoldThatIsNone_LeavesNoTrace()
    {
        var (bank, payer, payee) = await OpenAsync();
        var refused = Bank.Hold(payer, payee, 1_001, NextYear);
        Assert.Equal(Reason.InsufficientFunds, (await bank.PostOneAsync(refused)).Refusal?.Reason);
        var payment = await bank.BookAsync(Bank.Payment(payer, payee, 10));
        foreach (var noHold in (TransferOrder[])[refused, payment.Order, Bank.Hold(payer, payee, 1, NextYear)])
        {
            var order = Bank.EndHold(TransferKind.HoldPosting, noHold);
            Assert.Equal(new Refusal(Reason.HoldNotFound, "hold"), (await bank.PostOneAsync(order)).Refusal);
            Assert.Null(await bank.Store.FindAsync(order.Id, CancellationToken.None));
        }

        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_MoreThanIsHeld_IsRefusedAndTheHoldStays()
    {
        var (bank, payer, payee) = await OpenAsync();
        var hold = await bank.BookAsync(Bank.Hold(payer, payee, 500, NextYear));
        await AssertRefusedForGoodAsync(
            bank, Bank.EndHold(TransferKind.HoldPosting, hold.Order, 501), new Refusal(Reason.HoldAmountExceeded));
        await bank.BookAsync(Bank.EndHold(TransferKind.HoldPosting, hold.Order, 500));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_TwoSilosSettleTheSameHolds_OneWinsEachAndTheOtherIsToldWhich()
    {
        var (bank, payer, payee) = await OpenAsync();
        var holds = new List<RecordedTransfer>();
        for (var i = 0; i < 20; i++)
            holds.Add(await bank.BookAsync(Bank.Hold(payer, payee, 40, NextYear)));

        var (post, release) = (bank.OtherPoster(), bank.OtherPoster());
        var ends = await Task.WhenAll(
            Task.Run(() => EndAllAsync(post, TransferKind.HoldPosting)),
            Task.Run(() => EndAllAsync(release, TransferKind.HoldRelease)));

        for (var i = 0; i < holds.Count; i++)
        {
            Assert.Contains((ends[0][i].Refusal?.Reason, ends[1][i].Refusal?.Reason), new (Reason?, Reason?)[]
            {
                (null, Reason.HoldAlreadyPosted), (Reason.HoldAlreadyReleased, null),
            });
        }

        Assert.Equal((1_000 - 40 * ends[0].Count(end => end.Refusal is null), 0), await BalanceAsync(bank, payer));
        await bank.AssertSoundAsync();

        async Task<List<Decision>> EndAllAsync(LedgerPoster poster, TransferKind kind)
        {
            var decisions = new List<Decision>();
            foreach (var hold in holds)
                decisions.Add(await bank.PostOneAsync(Bank.EndHold(kind, hold.Order), poster));
            return decisions;
        }
    }

    [Fact]
    public async Task ExpireAsync_AfterARestart_EndsWhatIsOverAndNothingElse()
    {
        var (bank, payer, payee) = await OpenAsync();
        var soon = await ExpiringHoldAsync(bank, payer, payee, 300);
        var settled = await ExpiringHoldAsync(bank, payer, payee, 50);
        await bank.BookAsync(Bank.EndHold(TransferKind.HoldRelease, settled.Order));
        await bank.BookAsync(Bank.Hold(payer, payee, 200, NextYear));
        Assert.Equal((1_000, 500), await BalanceAsync(bank, payer));
        await PassAsync(bank, soon);

        // What this silo knows, it read from the database.
        var cache = Bank.NewCache();
        var poster = bank.PosterOf(bank.Store, cache);
        await using (var running = new RunningWriter(bank, new LedgerOptions(), poster))
        using (var expiry = new HoldExpiry(
            bank.Store, running.Writer, Keys, Options.Create(new LedgerOptions()), TimeProvider.System,
            TestLog.Current.CreateLogger<HoldExpiry>()))
        {
            Assert.Equal(1, await expiry.ExpireAsync(CancellationToken.None));
            Assert.Equal(0, await expiry.ExpireAsync(CancellationToken.None));
        }

        Assert.Equal((1_000, 200), await BalanceAsync(bank, payer));
        // Nobody without the keys can take the id beforehand, and no client may use one of its form.
        var id = new TransferId(Keys.FollowingId("hold expiry", soon.Id.Value));
        Assert.False(id.IsOfClient);
        var ended = await bank.Store.FindAsync(id, CancellationToken.None);
        Assert.Equal((null, new StandingAfter(1, 1_000, 200), soon.Id), (ended!.Refusal, ended.Standing, ended.Order.RelatedId));
        Assert.Equal(Originator.Bank, ended.Order.Originator);
        await AssertRefusedForGoodAsync(bank, Bank.EndHold(TransferKind.HoldPosting, soon.Order), new Refusal(Reason.HoldExpired));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task ExpireAsync_TwoSilosAtOnce_EndEachHoldOnce()
    {
        var (bank, payer, payee) = await OpenAsync();
        var hold = await ExpiringHoldAsync(bank, payer, payee, 10);
        for (var i = 0; i < 9; i++)
            hold = await ExpiringHoldAsync(bank, payer, payee, 10);
        await PassAsync(bank, hold);

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var cache = Bank.NewCache();
            await using var running = new RunningWriter(
                bank, new LedgerOptions { RetryDelay = TimeSpan.FromMilliseconds(1) }, bank.PosterOf(bank.Store, cache));
            using var expiry = new HoldExpiry(
                bank.Store, running.Writer, Keys, Options.Create(new LedgerOptions { HoldExpiryCountMax = 3 }),
                TimeProvider.System,
                TestLog.Current.CreateLogger<HoldExpiry>());
            while (await expiry.ExpireAsync(CancellationToken.None) > 0)
            {
            }
        })));

        Assert.Equal((1_000, 0), await BalanceAsync(bank, payer));
        Assert.Equal(10, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.transfer where kind = 7"));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_HoldThatIsOverAndNotEndedYet_CannotBePosted()
    {
        var (bank, payer, payee) = await OpenAsync();
        var hold = await ExpiringHoldAsync(bank, payer, payee, 300);
        await PassAsync(bank, hold);
        await AssertRefusedForGoodAsync(bank, Bank.EndHold(TransferKind.HoldPosting, hold.Order), new Refusal(Reason.HoldExpired));
        Assert.Equal((1_000, 300), await BalanceAsync(bank, payer));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_LinkedLegsOverSeveralAccountsAndCurrencies_AreAllBooked()
    {
        var (bank, payer, payee) = await OpenAsync();
        var euro = await bank.OpenAccountAsync(500, "EUR");
        var (feesAll, feesEur) = (await bank.OwnAccountAsync("FEES-ALL"), await bank.OwnAccountAsync("FEES-EUR"));
        // The second leg spends what the first brings.
        var linked = await bank.BookAsync(
            Bank.Linked([(payer, payee, 900), (payee, feesAll, 850), (euro, feesEur, 100), (payer, feesAll, 25)]));

        Assert.Equal(new LegEffect(2, 100, 0, 1, 900, 0), linked.First);
        Assert.Equal(
            [new LegEffect(2, 50, 0, 1, 850, 0), new LegEffect(2, 400, 0, 1, 100, 0), new LegEffect(3, 75, 0, 2, 875, 0)],
            linked.Further);
        var lines = (await bank.Accounts.ListTransactionsAsync(payee.Id, null, 10, CancellationToken.None)).Transactions;
        Assert.Equal([(-850, null), (900, payer.Iban)], lines.Select(line => (line.Amount.Minor, line.CounterpartyIban)));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_OneLegCannotBeBooked_NoneIsAndTheAnswerNamesItEachTime()
    {
        var (bank, payer, payee) = await OpenAsync();
        var euro = await bank.OpenAccountAsync(50, "EUR");
        var (feesAll, feesEur) = (await bank.OwnAccountAsync("FEES-ALL"), await bank.OwnAccountAsync("FEES-EUR"));
        var order = Bank.Linked([(payer, payee, 900), (payee, feesAll, 850), (euro, feesEur, 100)]);

        await AssertRefusedForGoodAsync(bank, order, new Refusal(Reason.InsufficientFunds, "legs[2]"));
        Assert.Equal((1_000, 0), await BalanceAsync(bank, payer));

        // Refused for good: money that comes later changes nothing under this id.
        await bank.BookAsync(new TransferOrder(
            new TransferId(Guid.CreateVersion7()), TransferKind.CashDeposit, (await bank.OwnAccountAsync("CASH-EUR")).Id, euro.Id,
            new Money(100, euro.Currency), "", Originator.Of(new StaffMember("teller-1"))));
        await AssertRefusedForGoodAsync(bank, order, new Refusal(Reason.InsufficientFunds, "legs[2]"));
        await bank.BookAsync(order with { Id = new TransferId(Guid.CreateVersion7()) });
        await bank.AssertSoundAsync();
    }

    [Theory]
    [InlineData("98.50")]
    [InlineData("98.5")]
    [InlineData("0.0000000001")]
    [InlineData("999999.9999999999")]
    public async Task PostAsync_Exchange_HasItsRateOnTheRecordAsItWasSaid(string rate)
    {
        var (bank, payer, _) = await OpenAsync();
        var euro = await bank.OpenAccountAsync(500, "EUR");
        await bank.BookAsync(
            await ExchangeAsync(bank, euro, payer, decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture)));

        Assert.Equal((10_850, 0), await BalanceAsync(bank, payer));
        Assert.Equal(
            rate, await TestDatabase.ReadAsync<string>(bank.Database.Owner, "select exchange_rate::text from bank.transfer_detail"));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_Reversal_MovesEveryLegBackOnce()
    {
        var (bank, payer, payee) = await OpenAsync();
        var fees = await bank.OwnAccountAsync("FEES-ALL");
        var linked = await bank.BookAsync(Bank.Linked([(payer, payee, 500), (payee, fees, 20)]));

        var reversal = await bank.BookAsync(Bank.Reversal(linked.Order));

        Assert.Equal(linked.Id, reversal.Order.RelatedId);
        Assert.Equal(
            ((1_000, 0), (0, 0), (0, 0)),
            (await BalanceAsync(bank, payer), await BalanceAsync(bank, payee), await BalanceAsync(bank, fees)));
        await AssertRefusedForGoodAsync(bank, Bank.Reversal(linked.Order), new Refusal(Reason.AlreadyReversed));
        await AssertRefusedForGoodAsync(bank, Bank.Reversal(reversal.Order), new Refusal(Reason.ReversalNotPossible));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_ReversalFromManySilosAtOnce_HappensOnce()
    {
        var (bank, payer, payee) = await OpenAsync();
        var payment = await bank.BookAsync(Bank.Payment(payer, payee, 10));
        var decisions = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            Task.Run(() => bank.PostOneAsync(Bank.Reversal(payment.Order), bank.OtherPoster()))));
        Assert.Equal(
            [null, .. Enumerable.Repeat<Reason?>(Reason.AlreadyReversed, 5)],
            decisions.Select(decision => decision.Refusal?.Reason).Order());
        Assert.Equal((1_000, 0), await BalanceAsync(bank, payer));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_ReversalAfterTheMoneyIsGone_IsRefusedUnderThatIdForGood()
    {
        var (bank, payer, payee) = await OpenAsync();
        var payment = await bank.BookAsync(Bank.Payment(payer, payee, 500));
        var spent = await bank.BookAsync(Bank.Payment(payee, await bank.OpenAccountAsync(), 1));
        var reversal = Bank.Reversal(payment.Order);
        await AssertRefusedForGoodAsync(bank, reversal, new Refusal(Reason.InsufficientFunds));
        await bank.BookAsync(Bank.Reversal(spent.Order));
        await AssertRefusedForGoodAsync(bank, reversal, new Refusal(Reason.InsufficientFunds));
        await bank.BookAsync(Bank.Reversal(payment.Order));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_ReversalOfWhatMovedNothing_IsNotPossible()
    {
        var (bank, payer, payee) = await OpenAsync();
        var refused = Bank.Payment(payer, payee, 9_999);
        Assert.NotNull((await bank.PostOneAsync(refused)).Refusal);
        var hold = await bank.BookAsync(Bank.Hold(payer, payee, 10, NextYear));
        await AssertRefusedForGoodAsync(bank, Bank.Reversal(refused), new Refusal(Reason.ReversalNotPossible));
        await AssertRefusedForGoodAsync(bank, Bank.Reversal(hold.Order), new Refusal(Reason.ReversalNotPossible));
        Assert.Equal(
            new Refusal(Reason.TransferNotFound, "transfer"),
            (await bank.PostOneAsync(Bank.Reversal(Bank.Payment(payer, payee, 1)))).Refusal);
        await bank.AssertSoundAsync();
    }

    /// <summary>Whoever answers, and whatever it remembers: the same bytes.</summary>
    [Fact]
    public async Task PostAsync_EveryKindAgainAtAnotherSilo_IsAnsweredWithTheSameBytes()
    {
        var (bank, payer, payee) = await OpenAsync();
        var (euro, fees, cash) = (
            await bank.OpenAccountAsync(500, "EUR"),
            await bank.OwnAccountAsync("FEES-ALL"),
            await bank.OwnAccountAsync("CASH-ALL"));
        var first = new List<(TransferOrder Order, Decision Decision)>();
        await PostAsync(Bank.Payment(payer, payee, 100, reference: "qira 🎁"), Bank.Payment(payer, payee, 99_999));
        await PostAsync(
            new TransferOrder(
                new TransferId(Guid.CreateVersion7()), TransferKind.CashDeposit, cash.Id, payer.Id,
                new Money(50, payer.Currency), "", Originator.Of(new StaffMember("teller-1"))),
            new TransferOrder(
                new TransferId(Guid.CreateVersion7()), TransferKind.CashWithdrawal, payee.Id, cash.Id,
                new Money(50, payer.Currency), "", Originator.Of(new StaffMember("teller-1"))));
        TransferOrder[] holds =
        [
            Bank.Hold(payer, payee, 30, NextYear),
            Bank.Hold(payer, payee, 40, NextYear),
            Bank.Hold(payer, payee, 99_999, NextYear),
        ];
        await PostAsync(holds);
        await PostAsync(
            Bank.EndHold(TransferKind.HoldPosting, holds[0], 20),
            Bank.EndHold(TransferKind.HoldRelease, holds[1]),
            Bank.EndHold(TransferKind.HoldRelease, holds[0]));
        var soon = await ExpiringHoldAsync(bank, payer, payee, 5);
        await PassAsync(bank, soon);
        await PostAsync(Bank.EndHold(TransferKind.HoldExpiry, soon.Order));
        var linked = Bank.Linked([(payer, payee, 60), (payer, fees, 5)]);
        await PostAsync(
            linked,
            Bank.Linked([(payer, payee, 60), (payee, payer, 99_999), (payer, fees, 1)]),
            await ExchangeAsync(bank, euro, payer, 98.50m));
        await PostAsync(Bank.Reversal(linked), Bank.Reversal(linked));
        await PostAsync(Bank.Linked([(payer, fees, 7)]));

        Assert.Equal(Enum.GetValues<TransferKind>().Order(), first.Select(one => one.Order.Kind).Distinct().Order());
        var other = bank.OtherPoster();
        foreach (var (order, decision) in first)
        {
            var expected = Bank.WholeAnswer(decision);
            Assert.Equal(expected, Bank.WholeAnswer(await bank.PostOneAsync(order)));
            Assert.Equal(expected, Bank.WholeAnswer(await bank.PostOneAsync(order, other)));
            // That silo remembers now, and answers without the database.
            var (way, posted) = await other.TryPostAsync([order], CancellationToken.None);
            Assert.Equal(order.NeedsRecord ? ShortWay.NotFit : ShortWay.Posted, way);
            if (way == ShortWay.Posted)
                Assert.Equal(expected, Bank.WholeAnswer(posted.Decisions.Single()));
            Assert.Equal(
                expected,
                Bank.WholeAnswer(new Decision(await bank.Store.FindAsync(order.Id, CancellationToken.None), decision.Refusal)));
        }

        await bank.AssertSoundAsync();

        async Task PostAsync(params TransferOrder[] orders) =>
            first.AddRange(orders.Zip((await bank.Poster.PostAsync(orders, CancellationToken.None)).Decisions));
    }

    [Fact]
    public async Task TryPostAsync_NothingHasChanged_IsPostedInOneStep()
    {
        var (bank, payer, payee) = await OpenAsync();
        var poster = bank.OtherPoster();
        Assert.Equal(ShortWay.NotFit, (await poster.TryPostAsync([Bank.Payment(payer, payee, 1)], CancellationToken.None)).Way);
        await bank.BookAsync(Bank.Payment(payer, payee, 1), poster);
        for (var i = 0; i < 3; i++)
        {
            var (way, posted) = await poster.TryPostAsync(
                [Bank.Payment(payer, payee, 10), Bank.Payment(payer, payee, 9_999)], CancellationToken.None);
            Assert.Equal(ShortWay.Posted, way);
            Assert.Equal([null, Reason.InsufficientFunds], posted!.Decisions.Select(decision => decision.Refusal?.Reason));
        }

        Assert.Equal((969, 0), await BalanceAsync(bank, payer));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task TryPostAsync_AnotherSiloMovedAnAccount_IsAConflictThatForgetsAndTheLongWayIsRight()
    {
        var (bank, payer, payee) = await OpenAsync();
        var cache = Bank.NewCache();
        var poster = bank.PosterOf(bank.Store, cache);
        await bank.BookAsync(Bank.Payment(payer, payee, 1), poster);
        await bank.BookAsync(Bank.Payment(payer, payee, 950), bank.OtherPoster());
        Assert.Equal(999, cache.FindAccount(payer.Id)!.BalanceMinor);

        // By what it remembers there is money enough.
        var order = Bank.Payment(payer, payee, 100);
        Assert.Equal(ShortWay.Conflict, (await poster.TryPostAsync([order], CancellationToken.None)).Way);
        Assert.Null(cache.FindAccount(payer.Id));
        Assert.Null(cache.FindAccount(payee.Id));
        Assert.Null(await bank.Store.FindAsync(order.Id, CancellationToken.None));

        Assert.Equal(Reason.InsufficientFunds, (await bank.PostOneAsync(order, poster)).Refusal?.Reason);
        Assert.Equal((49, 0), await BalanceAsync(bank, payer));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task TryPostAsync_TermsWereChangedBehindItsBack_IsAConflict()
    {
        var (bank, payer, payee) = await OpenAsync();
        await bank.BookAsync(Bank.Payment(payer, payee, 1));
        Assert.True((await bank.ChangeTermsAsync(payer, terms => terms with { Freeze = AccountFreeze.Debits })).Succeeded);
        var order = Bank.Payment(payer, payee, 1);
        Assert.Equal(ShortWay.Conflict, (await bank.Poster.TryPostAsync([order], CancellationToken.None)).Way);
        Assert.Equal(Reason.AccountFrozen, (await bank.PostOneAsync(order)).Refusal?.Reason);
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task TryPostAsync_IdThatAnotherSiloDecidedOnOtherAccounts_IsAnsweredByTheId()
    {
        var (bank, payer, payee) = await OpenAsync();
        var (other, id) = (await bank.OpenAccountAsync(100), Guid.CreateVersion7());
        var poster = bank.OtherPoster();
        await bank.BookAsync(Bank.Payment(payer, payee, 1), poster);
        await bank.BookAsync(Bank.Payment(other, await bank.OpenAccountAsync(), 5, id));

        var (way, posted) = await poster.TryPostAsync([Bank.Payment(payer, payee, 5, id)], CancellationToken.None);
        Assert.Equal(
            (ShortWay.Posted, new Refusal(Reason.TransferIdReused, "source_account")), (way, posted.Decisions.Single().Refusal));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task TryPostAsync_BusinessDateHasChanged_DoesNotFitAndTheLongWayBooksOnTheNewOne()
    {
        var (bank, payer, payee) = await OpenAsync();
        var before = (await bank.BookAsync(Bank.Payment(payer, payee, 1))).BusinessDate;
        await TestDatabase.ExecuteAsync(
            bank.Database.Owner, "select bank.start_end_of_day(business_date, business_date + 1, 1, null, 1000) from bank.business_day");

        var order = Bank.Payment(payer, payee, 1);
        Assert.Equal(ShortWay.NotFit, (await bank.Poster.TryPostAsync([order], CancellationToken.None)).Way);
        var booked = await bank.BookAsync(order);
        Assert.True(booked.BusinessDate > before, $"{booked.BusinessDate} is not after {before}.");
        var (way, posted) = await bank.Poster.TryPostAsync([Bank.Payment(payer, payee, 1)], CancellationToken.None);
        Assert.Equal((ShortWay.Posted, booked.BusinessDate), (way, posted?.Decisions[0].Recorded?.BusinessDate));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task TryPostAsync_OrderAboutAnother_DoesNotFit()
    {
        var (bank, payer, payee) = await OpenAsync();
        var payment = await bank.BookAsync(Bank.Payment(payer, payee, 1));
        var hold = Bank.Hold(payer, payee, 1, NextYear);
        foreach (var order in (TransferOrder[])[hold, Bank.EndHold(TransferKind.HoldRelease, hold), Bank.Reversal(payment.Order)])
        {
            var (way, posted) = await bank.Poster.TryPostAsync([order], CancellationToken.None);
            Assert.Equal((ShortWay.NotFit, true), (way, posted.Decisions.Single().IsOpen));
        }

        await bank.AssertSoundAsync();
    }

    private async Task<(Bank Bank, AccountRegistration Payer, AccountRegistration Payee)> OpenAsync()
    {
        var bank = await Bank.StillAsync(await server.CreateDatabaseAsync());
        return (bank, await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
    }

    /// <summary>One euro for some lek.</summary>
    private static async Task<TransferOrder> ExchangeAsync(Bank bank, AccountRegistration euro, AccountRegistration lek, decimal rate) =>
        Bank.Payment(euro, await bank.OwnAccountAsync("POSITION-EUR"), 100) with
        {
            Kind = TransferKind.Exchange,
            FurtherLegs = [new FurtherLeg((await bank.OwnAccountAsync("POSITION-ALL")).Id, lek.Id, new Money(9_850, lek.Currency))],
            ExchangeRate = rate,
            Originator = Originator.Of(Bank.Desk),
        };

    /// <summary>A hold that is open until the clock is moved.</summary>
    private static Task<RecordedTransfer> ExpiringHoldAsync(Bank bank, AccountRegistration payer, AccountRegistration payee, long amount) =>
        bank.BookAsync(Bank.Hold(payer, payee, amount, Bank.Noon.AddMinutes(1)));

    private static Task PassAsync(Bank bank, RecordedTransfer hold) => bank.Database.StopClockAsync(hold.Order.ExpiresAt!.Value);

    /// <summary>Refused, and again by this silo, by one that remembers nothing, and in the record.</summary>
    private static async Task AssertRefusedForGoodAsync(Bank bank, TransferOrder order, Refusal refusal)
    {
        Assert.Equal(refusal, (await bank.PostOneAsync(order)).Refusal);
        Assert.Equal(refusal, (await bank.PostOneAsync(order)).Refusal);
        Assert.Equal(refusal, (await bank.PostOneAsync(order, bank.OtherPoster())).Refusal);
        Assert.Equal(refusal, (await bank.Store.FindAsync(order.Id, CancellationToken.None))?.Answer);
    }

    private static async Task<(long Balance, long Held)> BalanceAsync(Bank bank, AccountRegistration account)
    {
        var state = await bank.StateAsync(account);
        return (state.BalanceMinor, state.HeldMinor);
    }

    private static Task<long> CountOpenHoldsAsync(Bank bank) =>
        TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.open_hold");
}
