using BktSmart.Bench.Load;
using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

/// <summary>
/// What the parts of a transfer cost alone, and from it the rate L that nothing built of them can pass: L = 1/(1/N + 1/G' + 1/B).
/// </summary>
internal sealed class LimitRows(BenchStage stage)
{
    /// <summary>No program runs on it.</summary>
    private BankShape Batch => new("batch", stage.Settings.Accounts);

    public IEnumerable<Row> All()
    {
        var settings = stage.Settings;
        yield return new Row(
            Names.Limits,
            [
                new Subject(Names.Grpc, "calls/s", async stop =>
                {
                    var bank = await stage.WarmBankAsync(stop);
                    return await stage.MeasureAsync(
                        new LoadSpec
                        {
                            Address = bank.HealthAddress, Call = Call.NoOp, InFlight = settings.InFlight, Seconds = settings.Seconds,
                            Accounts = 1,
                        },
                        bank.Processes, load => load.PerSecond, stop);
                }),
                new Subject(Names.GrpcAndGrain, "calls/s", stop => GrpcAndGrainAsync(stage, stop)),
                new Subject(
                    Names.Grain, "calls/s",
                    stop => stage.MeasureAsync(async () => new Sample(await stage.Peers.GrainCallsAsync(stop)), stage.Peers.SiloProcess)),
                new Subject(Names.Batch, "transf/s", async stop =>
                {
                    var bank = await stage.SeededBankAsync(Batch, stop);
                    return await stage.MeasureAsync(
                        async () => new Sample(await PostingBatch.RateAsync(bank, TimeSpan.FromSeconds(settings.Seconds), stop)));
                }),
                new Subject(
                    Names.Fdatasync, "ms", stop => Task.FromResult(new Sample(Disk.FdatasyncMs(stage.Folder, TimeSpan.FromSeconds(1))))),
            ],
            [new Goal("L = 1/(1/N + 1/G' + 1/B), transfers/s", Limit)],
            async stop =>
            {
                await stage.WarmBankAsync(stop);
                await stage.StartEmptyGrainsAsync(stop);
                await stage.SeededBankAsync(Batch, stop);
            },
            stop => stage.SeededBankAsync(Batch, stop));
    }

    public static double? Limit(Results results) =>
        1 / (Inverse(results, Names.Grpc) + Inverse(results, Names.Grain) + Inverse(results, Names.Batch));

    public static Task<Sample> GrpcAndGrainAsync(BenchStage stage, CancellationToken stop) => stage.MeasureAsync(
        new LoadSpec
        {
            Address = stage.Peers.Front,
            Call = Call.Balance,
            InFlight = stage.Settings.InFlight,
            Seconds = stage.Settings.Seconds,
            Accounts = stage.Settings.Accounts,
        },
        stage.Peers.FrontProcesses, load => load.PerSecond, stop);

    private static double? Inverse(Results results, string subject) => 1 / results.Median(Names.Limits, subject);
}
