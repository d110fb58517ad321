using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>When an order may be booked at the latest, and how its id is settled for good.</summary>
public sealed class OrderTermsTest(TestServer server)
{
    private static readonly OrderTerms Settle = new(DateTimeOffset.MaxValue, SettleOnly: true);

    [Fact]
    public async Task PostAsync_LastMomentHasPassed_IsNotBookedOnEitherWay()
    {
        var (bank, from, to) = await OpenAsync();
        await bank.BookAsync(Bank.Payment(from, to, 1));
        var late = Bank.Payment(from, to, 1) with { Terms = Until(bank.Time.GetUtcNow()) };
        Assert.Equal(ShortWay.NotFit, (await bank.Poster.TryPostAsync([late], CancellationToken.None)).Way);
        Assert.Equal(new Decision(null, new Refusal(Reason.OrderTooLate)), await bank.PostOneAsync(late));
        Assert.Null(await bank.Store.FindAsync(late.Id, CancellationToken.None));

        // Another attempt has a last moment of its own, and what is recorded is answered at any time.
        await bank.BookAsync(late with { Terms = Until(bank.Time.GetUtcNow().AddSeconds(1)) });
        Assert.Null((await bank.PostOneAsync(late)).Refusal);
        await bank.AssertSoundAsync();
    }

    /// <summary>Whoever waits for a row is bound by it as well: the clock is read when the locks are there.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PostAsync_LastMomentPassesWhileItWaitsForALock_IsNotBooked(bool shortWay)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await using var patient = bank.NewPatientStore();
        var poster = bank.PosterOf(patient, Bank.NewCache());
        await bank.BookAsync(Bank.Payment(from, to, 1), poster);
        var lastMoment = (await TestDatabase.ReadAsync<DateTime>(bank.Database.Owner, "select clock_timestamp()")).AddSeconds(2);
        var order = Bank.Payment(from, to, 1) with { Terms = Until(lastMoment) };
        Task<Decision> posting;
        await using (var operators = await bank.Database.Owner.OpenConnectionAsync())
        {
            await using var holding = await operators.BeginTransactionAsync();
            await using (var hold = new NpgsqlCommand($"select from bank.account where account_id = {from.Id} for update", operators))
                await hold.ExecuteNonQueryAsync();
            // The short way blocks its caller.
            posting = Task.Run(PostAsync);
            await TestDatabase.WaitForLockAsync(bank.Database.Corruptor, posting);
            while (await TestDatabase.ReadAsync<bool>(bank.Database.Owner, $"select clock_timestamp() < '{lastMoment:O}'"))
                await Task.Yield();
            await holding.CommitAsync();
        }

        Assert.Equal(Reason.OrderTooLate, (await posting).Refusal?.Reason);
        Assert.Null(await bank.Store.FindAsync(order.Id, CancellationToken.None));

        async Task<Decision> PostAsync()
        {
            if (shortWay)
                Assert.Equal(ShortWay.NotFit, (await poster.TryPostAsync([order], CancellationToken.None)).Way);
            return await bank.PostOneAsync(order, poster);
        }
    }

    [Fact]
    public async Task PostAsync_SettledBeforeItIsBooked_NeverIs()
    {
        var (bank, from, to) = await OpenAsync();
        var order = Bank.Payment(from, to, 100);
        foreach (var attempt in (TransferOrder[])[order with { Terms = Settle }, order, order with { Terms = Settle }])
        {
            Assert.Equal(Reason.Abandoned, (await bank.PostOneAsync(attempt)).Refusal?.Reason);
            Assert.Equal(Reason.Abandoned, (await bank.PostOneAsync(attempt, bank.OtherPoster())).Refusal?.Reason);
        }

        Assert.Equal(
            new Refusal(Reason.TransferIdReused, "amount"), (await bank.PostOneAsync(Bank.Payment(from, to, 99, order.Id.Value))).Refusal);
        Assert.Equal(1_000, (await bank.StateAsync(from)).BalanceMinor);
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostAsync_SettledAfterItWasDecided_GivesWhatWasDecided()
    {
        var (bank, from, to) = await OpenAsync();
        var booked = Bank.Payment(from, to, 100);
        var refused = Bank.Payment(from, to, 9_999);
        foreach (var order in (TransferOrder[])[booked, refused])
        {
            var first = Bank.WholeAnswer(await bank.PostOneAsync(order));
            Assert.Equal(first, Bank.WholeAnswer(await bank.PostOneAsync(order with { Terms = Settle }, bank.OtherPoster())));
        }

        await bank.AssertSoundAsync();
    }

    /// <summary>Whatever may be ordered, also what could not be booked: the hold is over, or the money is not there.</summary>
    [Fact]
    public async Task PostAsync_OrdersOfAllKindsSettled_AreAbandonedAndStaySo()
    {
        var (bank, from, to) = await OpenAsync();
        var hold = Bank.Hold(from, to, 50, bank.Time.GetUtcNow().AddHours(1));
        await bank.BookAsync(hold);
        var payment = (await bank.BookAsync(Bank.Payment(from, to, 1))).Order;
        TransferOrder[] orders =
        [
            Bank.Payment(from, to, 9_000_000),
            Bank.Hold(from, to, 10, bank.Time.GetUtcNow()),
            Bank.EndHold(TransferKind.HoldPosting, hold),
            Bank.EndHold(TransferKind.HoldRelease, hold),
            Bank.Reversal(payment),
            Bank.Linked([(from, to, 5), (from, to, 6)]),
        ];
        Assert.All(
            await bank.PostAsync([.. orders.Select(order => order with { Terms = Settle })], CancellationToken.None),
            decision => Assert.Equal((Reason.Abandoned, Reason.Abandoned), (decision.Refusal?.Reason, decision.Recorded?.Refusal)));
        Assert.All(
            await bank.PostAsync(orders, CancellationToken.None), decision => Assert.Equal(Reason.Abandoned, decision.Refusal?.Reason));
        Assert.Equal((949, 50), ((await bank.StateAsync(from)).BalanceMinor - 50, (await bank.StateAsync(from)).HeldMinor));
        await bank.BookAsync(Bank.EndHold(TransferKind.HoldRelease, hold));
        await bank.AssertSoundAsync();
    }

    /// <summary>An attempt that is under way holds the id; who settles it waits for that, and hears how it ended.</summary>
    [Fact]
    public async Task PostAsync_SettledWhileItIsBooked_WaitsAndGivesTheOutcome()
    {
        var (bank, from, to) = await OpenAsync();
        await bank.BookAsync(Bank.Payment(from, to, 1));
        var order = Bank.Payment(from, to, 100);
        await using (var other = bank.NewPatientStore())
        {
            await using var booking = await other.BeginAsync(CancellationToken.None);
            var states = await booking.LockAsync([from.Id, to.Id], CancellationToken.None);
            var accounts = states.ToDictionary(state => state.Id, state => new LockedAccount(state));
            var record = await booking.ReadRecordAsync([order], states.Max(state => state.BookedAt), CancellationToken.None);
            var decided = LedgerRules.Decide(
                new LedgerView(
                    accounts, record.Recorded, record.Settled, record.Now, record.BusinessDate, record.Today, TestPayments.Free.Value),
                [order]);
            await booking.WriteAsync(
                LedgerWrite.Of(await other.OpenChainAsync(CancellationToken.None), decided.New, accounts, record.Today),
                CancellationToken.None);
            var settling = bank.PostOneAsync(order with { Terms = Settle }, bank.PosterOf(other, Bank.NewCache()));
            await TestDatabase.WaitForLockAsync(bank.Database.Corruptor, settling);
            await booking.CommitAsync(CancellationToken.None);
            Assert.Equal((null, order.Id), ((await settling).Refusal, (await settling).Recorded!.Id));
        }

        await bank.AssertSoundAsync();
    }

    private static OrderTerms Until(DateTimeOffset lastMoment) => new(lastMoment, SettleOnly: false);

    private async Task<(Bank Bank, AccountRegistration From, AccountRegistration To)> OpenAsync()
    {
        var bank = await Bank.StillAsync(await server.CreateDatabaseAsync());
        return (bank, await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
    }
}
