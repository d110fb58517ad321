using BktSmart.Bench.Load;
using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

/// <summary>
/// What transfers cost in a bank that has more of something: the same load on two banks in turn, which differ in that alone.
/// </summary>
internal sealed class GrowthRows(BenchStage stage)
{
    private BenchSettings Settings => stage.Settings;

    public IEnumerable<Row> All()
    {
        var few = new BankShape("few", Settings.Accounts / 10);
        yield return Compare("growth.accounts", $"{few.Accounts} accounts", few, $"{Settings.Accounts} accounts", stage.Main);
        yield return Compare("growth.entries", "no entries", stage.Main, $"{Settings.Entries} entries", stage.Large);
        yield return Compare("growth.silos", "one silo", stage.Main, "two silos", new BankShape("two", Settings.Accounts, Silos: 2));
        yield return Compare(
            "growth.silos.three", "one silo", stage.Main, "three silos", new BankShape("three", Settings.Accounts, Silos: 3));
    }

    private Row Compare(string name, string less, BankShape small, string more, BankShape large) => new(
        name,
        [new Subject(less, "transf/s", stop => TransfersAsync(small, stop)), new Subject(
            more, "transf/s", stop => TransfersAsync(large, stop))],
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

    private async Task<Sample> TransfersAsync(BankShape shape, CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(shape, stop);
        return await stage.MeasureAsync(
            bank.Load(Call.Transfer, Settings.Seconds) with { InFlight = Settings.InFlight }, bank.Processes, load => load.PerSecond, stop);
    }

    /// <summary>Seconds of API, silos and PostgreSQL together; the load's own are not in it.</summary>
    private static double ProcessorTime(Sample sample) => (sample.Cores["api"] + sample.Cores["silo"] + sample.Cores["pg"]) / sample.Value;
}
