using System.Globalization;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Tests.Storage;

/// <summary>
/// FNPs and limits over several silos: what one of them remembers of an account lets nothing through that the database no longer does.
/// </summary>
public sealed class PaymentPosterTest(TestServer server)
{
    /// <summary>As the defaults are: up to 3,000.00, five of them, 10,000.00 together.</summary>
    private static readonly PaymentOptions Strict = TestPayments.Strict.Value;

    /// <summary>In Tirana, which is an hour ahead of Greenwich in winter.</summary>
    private static readonly DateTimeOffset Midnight = new(2026, 11, 24, 23, 0, 0, TimeSpan.Zero);

    /// <summary>Moments at which a day begins in Tirana.</summary>
    public static TheoryData<string, bool> Midnights => new()
    {
        { "2026-11-24T23:00:00Z", false },
        { "2026-11-30T23:00:00Z", true },
        { "2026-12-31T23:00:00Z", true },
        // The clocks go back in this day, which has 25 hours, and forward in that one, which has 23.
        { "2026-10-24T22:00:00Z", false },
        { "2026-10-25T23:00:00Z", false },
        { "2027-03-27T23:00:00Z", false },
        { "2027-03-28T22:00:00Z", false },
    };

    /// <param name="balance">Of the payer.</param>
    /// <param name="at">Where the time stands; null for noon.</param>
    private async Task<(Bank Bank, AccountRegistration From, AccountRegistration To)> OpenAsync(
        long balance = 100_000_000, DateTimeOffset? at = null)
    {
        var bank = await Bank.StillAsync(await server.CreateDatabaseAsync(), Strict, at);
        return (bank, await bank.OpenAccountAsync(balance), await bank.OpenAccountAsync());
    }

    /// <summary>A silo that remembers both accounts as they are now.</summary>
    private static async Task<LedgerPoster> RememberAsync(
        Bank bank, AccountRegistration from, AccountRegistration to, TimeProvider? time = null)
    {
        var poster = bank.OtherPoster(time);
        var cash = await bank.OwnAccountAsync("CASH-ALL");
        foreach (var account in new[] { from, to })
        {
            await bank.BookAsync(
                Bank.Payment(cash, account, 1) with { Kind = TransferKind.CashDeposit, Originator = Originator.Of(Bank.Teller) }, poster);
        }

        return poster;
    }

    /// <summary>As a silo's writer does: first the short way, then the long one.</summary>
    private static async Task<(ShortWay Way, Decision Decision)> PayAsync(LedgerPoster poster, TransferOrder order)
    {
        var (way, posted) = await poster.TryPostAsync([order], CancellationToken.None);
        return (way, way == ShortWay.Posted
            ? posted.Decisions.Single()
            : (await poster.PostAsync([order], CancellationToken.None)).Decisions.Single());
    }

    private static async Task AssertAsync(LedgerPoster poster, TransferOrder order, ShortWay way, Reason? reason)
    {
        var paid = await PayAsync(poster, order);
        Assert.Equal((way, reason), (paid.Way, paid.Decision.Refusal?.Reason));
    }

    private static TransferOrder Confirmed(AccountRegistration from, AccountRegistration to, long amount) =>
        Bank.Payment(from, to, amount) with { Confirmed = true };

    [Fact]
    public async Task TryPostAsync_NothingHasMoved_TakesTheShortWayAndRecordsWhatLetItThrough()
    {
        var (bank, from, to) = await OpenAsync();
        var own = await bank.OpenAccountAsync(customer: from.CustomerNumber);
        Assert.Null(await bank.TrustAsync(to.CustomerNumber!.Value, from, 1));
        var poster = await RememberAsync(bank, from, to);
        TransferOrder[] orders =
        [
            Confirmed(from, to, 300_001),
            Bank.Payment(from, own, 300_001),
            Bank.Payment(to, from, 300_001),
            Bank.Payment(from, to, 300_000),
        ];
        foreach (var (order, approval) in orders.Zip(Enum.GetValues<PaymentApproval>()))
        {
            var (way, decision) = await PayAsync(poster, order);
            Assert.Equal((ShortWay.Posted, approval), (way, decision.Recorded!.Approval));
            Assert.Equal(approval, (await bank.Store.FindAsync(order.Id, CancellationToken.None))!.Approval);
        }

        Assert.Equal((600_001, 600_001, 1, 300_000), Counts(await bank.StateAsync(from)));
        Assert.Equal((300_001, 300_001, 0, 0), Counts(await bank.StateAsync(to)));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public Task TryPostAsync_SiloIsADayBehind_DecidesOnLockedRowsForTheDayOfTheDatabase() =>
        AssertDayOfTheDatabaseAsync(Midnight, Midnight.AddTicks(-1), DayAfter(Midnight));

    [Fact]
    public Task TryPostAsync_SiloIsADayAhead_DecidesOnLockedRowsForTheDayOfTheDatabase() =>
        AssertDayOfTheDatabaseAsync(Midnight.AddSeconds(-1), Midnight, DayAfter(Midnight).AddDays(-1));

    private async Task AssertDayOfTheDatabaseAsync(DateTimeOffset database, DateTimeOffset silo, DateOnly day)
    {
        var (bank, from, to) = await OpenAsync(at: database);
        var poster = await RememberAsync(bank, from, to, new FakeTimeProvider(silo));
        await bank.BookAsync(Confirmed(from, to, 40_000_000), bank.OtherPoster());

        // What this silo would count for its own day, the database does not take.
        poster = await RememberAsync(bank, from, to, new FakeTimeProvider(silo));
        await AssertAsync(poster, Confirmed(from, to, 40_000_000), ShortWay.NotFit, null);
        await AssertAsync(poster, Confirmed(from, to, 40_000_000), ShortWay.NotFit, Reason.DailyLimitExceeded);
        var paid = (await bank.StateAsync(from)).Paid;
        Assert.Equal((day, 80_000_000), (paid.Day, paid.DayMinor));
        await bank.AssertSoundAsync();
    }

    [Theory]
    [MemberData(nameof(Midnights))]
    public async Task TryPostAsync_MidnightInTirana_BeginsANewDayAndWithItMaybeANewMonth(string midnight, bool month)
    {
        var day = Parse(midnight);
        var (bank, from, to) = await OpenAsync(200_000_000, day.AddSeconds(-1));
        var before = await RememberAsync(bank, from, to);
        await AssertAsync(before, Confirmed(from, to, 40_000_000), ShortWay.Posted, null);
        await AssertAsync(before, Confirmed(from, to, 40_000_000), ShortWay.Posted, null);
        await bank.Database.StopClockAsync(day);

        // A silo whose clock is behind is told by the database, and one that is right goes the short way.
        await AssertAsync(before, Confirmed(from, to, 20_000_000), ShortWay.NotFit, null);
        var after = await RememberAsync(bank, from, to, new FakeTimeProvider(day));
        await AssertAsync(after, Confirmed(from, to, 10_000_000), ShortWay.Posted, null);
        var paid = (await bank.StateAsync(from)).Paid;
        Assert.Equal((DayAfter(day), 30_000_000, month ? 30_000_000 : 110_000_000), (paid.Day, paid.DayMinor, paid.MonthMinor));
        await bank.AssertSoundAsync();
    }

    private static DateTimeOffset Parse(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);

    /// <summary>The date that begins at a midnight in Tirana, which is one or two hours before that of Greenwich.</summary>
    private static DateOnly DayAfter(DateTimeOffset midnight) => DateOnly.FromDateTime(midnight.UtcDateTime).AddDays(1);

    [Fact]
    public async Task TryPostAsync_LimitWasLoweredMeanwhile_IsRefusedForEver()
    {
        var (bank, from, to) = await OpenAsync();
        var poster = await RememberAsync(bank, from, to);
        await bank.SetLimitsAsync(from, new PaymentLimits(100, 1_000, 1_000));
        var order = Confirmed(from, to, 101);
        await AssertAsync(poster, order, ShortWay.Conflict, Reason.PaymentLimitExceeded);
        Assert.Equal(Reason.PaymentLimitExceeded, (await bank.Store.FindAsync(order.Id, CancellationToken.None))!.Refusal);
        await AssertAsync(poster, Confirmed(from, to, 100), ShortWay.Posted, null);
    }

    /// <summary>On both ways of a batch, of one leg and of several.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TryPostAsync_LimitExceeded_SaysLimitAndRestForEver(bool remembered)
    {
        var (bank, from, to) = await OpenAsync();
        await bank.SetLimitsAsync(from, new PaymentLimits(100, 150, 1_000));
        var poster = remembered ? await RememberAsync(bank, from, to) : bank.OtherPoster();
        await bank.BookAsync(Confirmed(from, to, 80), poster);
        var single = Confirmed(from, to, 71);
        var linked = Bank.Linked([(from, to, 30), (from, to, 41)]) with { Originator = Originator.Customer, Confirmed = true };
        var (daily, ofSecondLeg) = (
            new Refusal(Reason.DailyLimitExceeded) { Exceeded = Exceeded(150, 70) },
            new Refusal(Reason.DailyLimitExceeded, "legs[1]") { Exceeded = Exceeded(150, 70) });
        Assert.Equal(daily, (await PayAsync(poster, single)).Decision.Refusal);
        Assert.Equal(ofSecondLeg, (await PayAsync(poster, linked)).Decision.Refusal);

        // Now less would be left, and then nobody would be refused.
        await bank.BookAsync(Confirmed(from, to, 70), poster);
        await bank.SetLimitsAsync(from, new PaymentLimits(1_000, 1_000, 1_000));
        foreach (var silo in (LedgerPoster[])[poster, bank.OtherPoster()])
        {
            Assert.Equal(daily, (await PayAsync(silo, single)).Decision.Refusal);
            Assert.Equal(ofSecondLeg, (await PayAsync(silo, linked)).Decision.Refusal);
        }

        await bank.AssertSoundAsync();
    }

    /// <summary>A refusal of a silo of the version before: it answers as it did.</summary>
    [Fact]
    public async Task PostAsync_LimitWasNotRecorded_IsAnsweredWithoutIt()
    {
        var (bank, from, to) = await OpenAsync();
        await bank.SetLimitsAsync(from, new PaymentLimits(100, 150, 1_000));
        var order = Confirmed(from, to, 101);
        await bank.PostOneAsync(order);
        await TestDatabase.ExecuteAsync(bank.Database.Corruptor, "delete from bank.transfer_detail where limit_minor is not null");
        Assert.Equal(new Refusal(Reason.PaymentLimitExceeded), (await bank.PostOneAsync(order, bank.OtherPoster())).Refusal);
    }

    private static ExceededLimit Exceeded(long limit, long rest) => new(new Money(limit, Bank.All), new Money(rest, Bank.All));

    [Fact]
    public async Task TryPostAsync_PayeeIsNoLongerTrusted_NeedsAnFnpAtOnce()
    {
        var (bank, from, to) = await OpenAsync();
        Assert.Null(await bank.TrustAsync(from.CustomerNumber!.Value, to, 1));
        var poster = await RememberAsync(bank, from, to);
        await AssertAsync(poster, Bank.Payment(from, to, 5_000_000), ShortWay.Posted, null);

        Assert.True(await bank.Payments.DistrustAsync(from.CustomerNumber.Value, to.Id, DateTimeOffset.UnixEpoch, CancellationToken.None));
        var order = Bank.Payment(from, to, 5_000_000);
        await AssertAsync(poster, order, ShortWay.Conflict, Reason.ConfirmationRequired);
        Assert.Null(await bank.Store.FindAsync(order.Id, CancellationToken.None));
    }

    /// <summary>The account is known as it is, and the outcome is not; something else in the batch is written.</summary>
    [Fact]
    public async Task TryPostAsync_BookedByAnotherSilo_IsNotRefusedFromMemory()
    {
        var (bank, from, to) = await OpenAsync();
        var booked = Bank.Payment(from, to, 300_000);
        await bank.BookAsync(booked);
        for (var i = 1; i < 3; i++)
            await bank.BookAsync(Bank.Payment(from, to, 300_000));
        var poster = await RememberAsync(bank, from, to);

        TransferOrder[] orders = [booked, Confirmed(to, from, 1)];
        var (way, posted) = await poster.TryPostAsync(orders, CancellationToken.None);
        Assert.Equal(ShortWay.Posted, way);
        Assert.All(posted.Decisions, decision => Assert.Null(decision.Refusal));
    }

    /// <summary>Nothing would be written, so no fence would tell.</summary>
    [Fact]
    public async Task TryPostAsync_PayeeIsTrustedMeanwhile_NeedsNoFnpAnyMore()
    {
        var (bank, from, to) = await OpenAsync();
        var poster = await RememberAsync(bank, from, to);
        await AssertAsync(poster, Bank.Payment(from, to, 5_000_000), ShortWay.NotFit, Reason.ConfirmationRequired);
        Assert.Null(await bank.TrustAsync(from.CustomerNumber!.Value, to, 1));
        await AssertAsync(poster, Bank.Payment(from, to, 5_000_000), ShortWay.NotFit, null);
        await AssertAsync(poster, Bank.Payment(from, to, 5_000_000), ShortWay.Posted, null);
    }

    [Fact]
    public async Task TryPostAsync_AnotherSiloHasCountedOn_SeesItsPayments()
    {
        var (bank, from, to) = await OpenAsync();
        var (one, other) = (await RememberAsync(bank, from, to), bank.OtherPoster());
        for (var i = 0; i < Strict.LowValueCountMax; i++)
            await bank.BookAsync(Bank.Payment(from, to, 100), other);
        await AssertAsync(one, Bank.Payment(from, to, 100), ShortWay.Conflict, Reason.ConfirmationRequired);

        // And the other way round: one confirms, the other remembers a full count.
        await AssertAsync(one, Confirmed(from, to, 100), ShortWay.Posted, null);
        await AssertAsync(other, Bank.Payment(from, to, 100), ShortWay.NotFit, null);
        Assert.Equal((700, 700, 1, 100), Counts(await bank.StateAsync(from)));
        await bank.AssertSoundAsync();
    }

    [Theory]
    [InlineData(100, 5)]
    [InlineData(200_001, 4)] // 10,000.00 are full before the fifth
    public async Task PayAsync_ManyOfLowValueOverTwoSilos_NeverMoreThanOneMayConfirm(long amount, int expected)
    {
        var (bank, from, to) = await OpenAsync();
        var decisions = await PayOverTwoSilosAsync(bank, 20, () => Bank.Payment(from, to, amount));
        Assert.Equal(expected, decisions.Count(decision => decision.Refusal is null));
        Assert.All(
            decisions.Where(decision => decision.Refusal is not null),
            decision => Assert.Equal(Reason.ConfirmationRequired, decision.Refusal!.Reason));
        Assert.Equal((expected * amount, expected * amount, expected, expected * amount), Counts(await bank.StateAsync(from)));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PayAsync_ManyConfirmedOverTwoSilos_NeverMoreThanTheDayAllows()
    {
        var (bank, from, to) = await OpenAsync();
        await bank.SetLimitsAsync(from, new PaymentLimits(70, 1_000, 1_000));
        var decisions = await PayOverTwoSilosAsync(bank, 20, () => Confirmed(from, to, 70));
        Assert.Equal(14, decisions.Count(decision => decision.Refusal is null));
        Assert.All(
            decisions.Where(decision => decision.Refusal is not null),
            decision => Assert.Equal(Reason.DailyLimitExceeded, decision.Recorded!.Refusal));
        Assert.Equal((980, 980, 0, 0), Counts(await bank.StateAsync(from)));
        await bank.AssertSoundAsync();
    }

    /// <summary>
    /// Payments run while the limit goes up and down and payees come and go: each is decided on what holds then, and nobody waits for ever.
    /// </summary>
    [Fact]
    public async Task PayAsync_WhileCustomersChangeWhatTheyAllow_IsDecidedAndNothingStandsStill()
    {
        var (bank, from, to) = await OpenAsync();
        var own = await bank.OpenAccountAsync(customer: from.CustomerNumber);
        var changes = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                Assert.Null(await bank.TrustAsync(from.CustomerNumber!.Value, to, 1));
                await bank.SetLimitsAsync(from, new PaymentLimits(i, 1_000_000, 1_000_000));
                Assert.True(await bank.Payments.DistrustAsync(
                    from.CustomerNumber.Value, to.Id, DateTimeOffset.UnixEpoch, CancellationToken.None));
            }
        });
        var serial = 0;
        var decisions = await PayOverTwoSilosAsync(bank, 60, () => (Interlocked.Increment(ref serial) % 3) switch
        {
            0 => Bank.Payment(from, own, 30),
            1 => Confirmed(from, to, 20),
            _ => Bank.Payment(from, to, 20),
        });
        await changes;
        Assert.All(decisions, decision => Assert.Contains(
            decision.Refusal?.Reason, (Reason?[])[null, Reason.PaymentLimitExceeded, Reason.ConfirmationRequired]));
        var toOthers = decisions
            .Where(decision => decision.Recorded is { Refusal: null } paid && paid.Order.CreditAccountId == to.Id)
            .Sum(decision => decision.Recorded!.Order.Amount.Minor);
        Assert.Equal(toOthers, (await bank.StateAsync(from)).Paid.DayMinor);
        Assert.Equal(40, (await bank.StateAsync(from)).Limits!.Value.PaymentMinor + 1);
        await bank.AssertSoundAsync();
    }

    private static async Task<IReadOnlyList<Decision>> PayOverTwoSilosAsync(Bank bank, int each, Func<TransferOrder> next)
    {
        LedgerPoster[] silos = [bank.Poster, bank.OtherPoster()];
        var answers = await Task.WhenAll(silos.Select(silo => Task.Run(async () =>
        {
            var decisions = new List<Decision>();
            for (var i = 0; i < each; i++)
                decisions.Add((await PayAsync(silo, next())).Decision);
            return decisions;
        })));
        return [.. answers.SelectMany(decisions => decisions)];
    }

    private static (long Day, long Month, int Count, long Sum) Counts(AccountState state) =>
        (state.Paid.DayMinor, state.Paid.MonthMinor, state.Paid.UnconfirmedCount, state.Paid.UnconfirmedMinor);
}
