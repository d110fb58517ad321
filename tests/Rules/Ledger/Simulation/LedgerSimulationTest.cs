using System.Globalization;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Rules.Ledger.Simulation;

/// <summary>
/// Runs of the simulated ledger. <c>BKT_SIMULATION_SEED</c> replays one, <c>BKT_SIMULATION_FOREVER=1</c> goes on until one fails,
/// <c>BKT_TEST_ITERATIONS</c> multiplies their number.
/// </summary>
public sealed class LedgerSimulationTest
{
    private const int Runs = 600;

    /// <summary>What the runs together must have seen; without it they show nothing.</summary>
    private static readonly string[] MustHappen =
    [
        "commit", "fence: BusinessDateChanged", "fence: AccountChanged", "fence: TransferDecided", "waited for a lock", "lock time-out",
        "terms changed", "date changed", "hold expired", "silo died", "client gave up", "client asked again",
        "answered: done", "answered: refused for good", "answered: unknown", "answered: overloaded", "answered: id reused",
        "answered: makes no sense", "answered: needs an FNP", "answered: defect",
        "two batches at one place of a chain",
        "RequestLost of post", "AnswerLost of post", "TakesPlaceLater of post", "Slow of post",
        "RequestLost of commit on locked rows", "AnswerLost of commit on locked rows",
        "TakesPlaceLater of commit on locked rows", "TakesPlaceLater of lock on locked rows",
        "handed over", "Slow of handing over", "RequestLost of handing over", "AnswerLost of handing over",
        "TakesPlaceLater of handing over", "TakesPlaceTwice of handing over", "OtherRulebook of handing over",
        "TakesPlaceLater of begin", "AnswerLost of write on locked rows",
    ];

    private readonly ITestOutputHelper _output;

    public LedgerSimulationTest(ITestOutputHelper output)
    {
        _output = output;
        // Orders that the database refuses, and faults that last longer than a writer tries, are part of the game.
        TestLog.Current.Allow("the reference is too long");
        TestLog.Current.Allow("Gave up on a batch");
    }

    [Fact]
    public void Run_ManySeeds_EveryAnswerAgreesWithOneOrderOfCommits()
    {
        if (Environment.GetEnvironmentVariable("BKT_SIMULATION_SEED") is { Length: > 0 } seed)
        {
            _ = RunOne(ulong.Parse(seed, CultureInfo.InvariantCulture));
            return;
        }

        var forever = Environment.GetEnvironmentVariable("BKT_SIMULATION_FOREVER") == "1";
        var runs = Runs * long.Parse(Environment.GetEnvironmentVariable("BKT_TEST_ITERATIONS") ?? "1", CultureInfo.InvariantCulture);
        var first = forever ? (ulong)DateTime.UtcNow.Ticks : 1;
        var counts = new Dictionary<string, int>();
        for (var i = 0L; forever || i < runs; i++)
        {
            foreach (var (what, count) in RunOne(first + (ulong)i).Counts)
                counts[what] = counts.GetValueOrDefault(what) + count;
        }

        _output.WriteLine(string.Join(
            '\n', counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value}")));
        Assert.All(MustHappen, what => Assert.True(counts.GetValueOrDefault(what) > 0, $"'{what}' never happened in {runs} runs"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(42)]
    public void Run_SameSeedTwice_HappensTheSame(ulong seed)
    {
        var (one, other) = (RunOne(seed), RunOne(seed));
        Assert.Equal((one.TraceHash, one.Steps, one.NowMicroseconds), (other.TraceHash, other.Steps, other.NowMicroseconds));
        Assert.NotEqual(one.TraceHash, RunOne(seed + 1).TraceHash);
    }

    private static World RunOne(ulong seed)
    {
        using var simulation = new LedgerSimulation(seed);
        if (simulation.Run() is { } failure)
            Assert.Fail(failure);
        return simulation.World;
    }
}
