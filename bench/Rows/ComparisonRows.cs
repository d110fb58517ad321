using BktSmart.Bench.Load;
using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

/// <summary>
/// What transfers cost in a bank that has more of something, or programs of the version before: the same load on two banks in turn, which
/// differ in that alone.
/// </summary>
internal sealed class ComparisonRows(BenchStage stage)
{
    private const string Before = "version before";

    private BenchSettings Settings => stage.Settings;

    public IEnumerable<Row> All()
    {
        var few = new BankShape("few", Settings.Accounts / 10);
        yield return Compare("growth.accounts", $"{few.Accounts} accounts", few, $"{Settings.Accounts} accounts", stage.Main);
        yield return Compare("growth.entries", "no entries", stage.Main, $"{Settings.Entries} entries", stage.Large);
        yield return Compare("growth.silos", "one silo", stage.Main, "two silos", new BankShape("two", Settings.Accounts, Silos: 2));
        yield return Compare(
            "growth.silos.three", "one silo", stage.Main, "three silos", new BankShape("three", Settings.Accounts, Silos: 3));
        var before = new BankShape("before", Settings.Accounts, Before: true);
        yield return Compare("before.uniform", Before, before, Names.Ours, stage.Main);
        yield return Compare("before.hot.one", Before, before, Names.Ours, stage.Main, Choice.OneCredited);
        yield return Compare("before.hot.zipf", Before, before, Names.Ours, stage.Main, Choice.Zipf);
    }

    private Row Compare(
        string name, string less, BankShape small, string more, BankShape large, Choice choice = Choice.Uniform) => new(
        name,
        [
            new Subject(less, "transf/s", stop => TransfersAsync(small, choice, stop)),
            new Subject(more, "transf/s", stop => TransfersAsync(large, choice, stop)),
        ],
        [
            new Goal("rate, x", r => r.Ratio(name, more, less)),
            new Goal("processor time a transfer, x", r => r.Median(name, more, ProcessorTime) / r.Median(name, less, ProcessorTime)),
        ],
        async stop =>
        {
            await stage.WarmBankAsync(small, stop);
            await stage.WarmBankAsync(large, stop);
        },
        stop => stage.WarmBankAsync(small, stop),
        stop => stage.WarmBankAsync(large, stop));

    private async Task<Sample> TransfersAsync(BankShape shape, Choice choice, CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(shape, stop);
        return await stage.MeasureAsync(
            bank.Load(Call.Transfer, Settings.Seconds) with { InFlight = Settings.InFlight, Choice = choice },
            bank.Processes, load => load.PerSecond, stop);
    }

    /// <summary>Seconds of API, silos and PostgreSQL together; the load's own are not in it.</summary>
    private static double ProcessorTime(Sample sample) => (sample.Cores["api"] + sample.Cores["silo"] + sample.Cores["pg"]) / sample.Value;
}
