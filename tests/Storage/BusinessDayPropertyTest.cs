using System.Collections.Concurrent;
using System.Globalization;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using CsCheck;

namespace BktSmart.Tests.Storage;

/// <summary>R13: whatever happens to the silos, the clocks and the answers, in whatever order.</summary>
public sealed class BusinessDayPropertyTest(TestServer server, ITestOutputHelper output)
{
    /// <summary>
    /// <c>BKT_TEST_ITERATIONS</c> multiplies it. <c>CsCheck_Seed</c> draws the commands of a sample that failed again, but silos that do
    /// something at once may do it in another order.
    /// </summary>
    private const int Samples = 16;

    /// <summary>What the samples together must have seen; without it they show nothing.</summary>
    private static readonly string[] MustHappen = ["booked: Payment", "refused: InsufficientFunds", "ended", "part done: None", "lost"];

    private const string FirstStart = "2026-10-22 12:00";

    /// <summary>Before a change of the clock, holidays, a year's end.</summary>
    private static readonly Gen<string> Starts =
        Gen.OneOf(FirstStart, "2026-11-26 12:00", "2026-12-29 12:00", "2027-03-25 12:00");

    private static readonly Gen<int> AnySilo = Gen.Int[0, 2];

    private static readonly Gen<Wish> AnyWish = Gen.Select(
        Gen.Frequency((3, Gen.Const(WishKind.Payment)), (4, Gen.Enum<WishKind>())), AnySilo, AnySilo, Gen.Long[1, 3_000], Gen.Int[0, 999],
        (kind, from, to, amount, earlier) => new Wish(kind, from, to, amount, earlier));

    private static readonly Gen<BankCommand> StartOfEnd = Gen.Select(
        AnySilo, Gen.Frequency((3, Gen.Const(NamedDate.Open)), (2, Gen.Enum<NamedDate>())),
        (silo, date) => (BankCommand)new StartEndOfDay(silo, date));

    private static readonly Gen<BankCommand> PartOfEnd = Gen.Select(
        AnySilo, Gen.Enum<PartFault>(), (silo, fault) => (BankCommand)new DoPart(silo, fault));

    private static readonly Gen<BankCommand> LossOfSilo = Gen.Select(
        AnySilo, Gen.Bool, (silo, declared) => (BankCommand)new LoseSilo(silo, declared));

    private static readonly Gen<BankCommand> MoveOfClock = Gen.OneOf(
        Gen.Int[1, 3 * 24 * 60].Select(minutes => (BankCommand)new MoveClock(ClockMove.Ahead, minutes)),
        Gen.Int[-5, 45].Select(minutes => (BankCommand)new MoveClock(ClockMove.ToEvening, minutes)),
        Gen.Int[-5, 45].Select(minutes => (BankCommand)new MoveClock(ClockMove.ToEvening, minutes)),
        Gen.Int[1, 45].Select(minutes => (BankCommand)new MoveClock(ClockMove.Back, minutes)));

    private static readonly Gen<BankCommand> Orders = Gen.Select(
        AnySilo, AnyWish.Array[1, 6], (silo, wishes) => (BankCommand)new GiveOrders(silo, wishes, null));

    private static readonly Gen<SiloFault> AnyFault = Gen.Select(
        Gen.Enum<LedgerMoment>(), Gen.Enum<FaultEffect>(), Gen.OneOf(StartOfEnd, LossOfSilo, Orders, MoveOfClock).Array[1, 3],
        (at, effect, meanwhile) => new SiloFault(at, effect, meanwhile));

    private static readonly Gen<BankCommand> OrdersAndFault = Gen.Select(
        AnySilo, AnyWish.Array[1, 6], AnyFault, (silo, wishes, fault) => (BankCommand)new GiveOrders(silo, wishes, fault));

    private static readonly Gen<BankCommand> AnyCommand = Gen.Frequency(
        (5, Orders), (4, OrdersAndFault), (3, StartOfEnd), (6, PartOfEnd), (1, LossOfSilo), (3, MoveOfClock),
        (1, AnySilo.Select(silo => (BankCommand)new Lead(silo))), (1, AnySilo.Select(silo => (BankCommand)new PayStandingOrders(silo))),
        (1, Gen.Select(AnySilo, Gen.Int[-10, 10], (silo, minutes) => (BankCommand)new SetSiloClock(silo, minutes))));

    /// <summary>What happens at once, and then at once again.</summary>
    private static readonly Gen<BankCommand[][]> AnySteps = Gen.Frequency(
        (4, AnyCommand.Array[1].Array[1]), (3, AnyCommand.Array[2, 4].Array[1]), (1, PartOfEnd.Array[1, 3].Array[1, 3]),
        // Dates that were missed.
        (1, Gen.Select(
            Gen.Int[2 * 24 * 60, 5 * 24 * 60], StartOfEnd.Array[1].Array[2, 4],
            (minutes, starts) => (BankCommand[][])[[new MoveClock(ClockMove.Ahead, minutes)], .. starts])),
        // An evening with traffic.
        (2, Gen.Select(
            Gen.Int[0, 45], StartOfEnd.Array[1, 2], OrdersAndFault.Array[0, 2],
            (minutes, starts, orders) => (BankCommand[][])[[new MoveClock(ClockMove.ToEvening, minutes)], [.. starts, .. orders]])));

    [Fact]
    public async Task AnyCommands_ThenEverybodyAsksAgain_DatesTotalsAndAnswersAgreeWithThePostings()
    {
        var grounds = new ConcurrentBag<ShakenBank.Ground>();
        var counts = new ConcurrentDictionary<string, int>();
        var times = long.Parse(Environment.GetEnvironmentVariable("BKT_TEST_ITERATIONS") ?? "1", CultureInfo.InvariantCulture);
        await Gen.Select(Starts, AnySteps.Array[1, 25]).SampleAsync(
            async (start, steps) =>
            {
                var ground = grounds.TryTake(out var free) ? free : await ShakenBank.Ground.LayAsync(server, FirstStart);
                await using (var bank = await ShakenBank.OpenAsync(ground, start))
                {
                    foreach (var step in steps.SelectMany(step => step))
                        await bank.RunAsync(step);
                    await bank.SettleAsync();
                    await ProveAsync(bank, start);
                    foreach (var (what, count) in bank.Counts)
                        counts.AddOrUpdate(what, count, (_, sum) => sum + count);
                }

                grounds.Add(ground);
            },
            iter: Samples * times,
            print: sample => $"{sample.Item1}\n{string.Join(
                '\n', sample.Item2.SelectMany(step => step).Select(step => string.Join("\n  | ", (object[])step)))}");

        output.WriteLine(string.Join(
            '\n', counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value}")));
        Assert.All(MustHappen, what => Assert.True(counts.ContainsKey(what), $"never: {what}"));
    }

    private static async Task ProveAsync(ShakenBank bank, string start)
    {
        var days = await BookedDays.ReadAsync(bank.Bank.Database.Owner);
        days.AssertDatesOfBookings();
        days.AssertDatesFollow(StandingOrderScene.Day(start[..10]));
        days.AssertFences(bank.LastBatches);
        days.AssertMoneyIsConserved();
        days.AssertAnswers(bank.Recorded, bank.TransfersBefore);
        foreach (var date in days.Dates)
        {
            var report = await bank.ReadEndedAsync(date);
            days.AssertClosed(report);
            Assert.Equal(bank.Ended.GetValueOrDefault(date, report.Ended), report.Ended);
        }

        await bank.Bank.AssertSoundAsync();
    }
}
