using BktSmart.Bench.Load;
using BktSmart.Bench.Seeding;
using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

/// <summary>Balances and pages, and the proof of the whole ledger.</summary>
internal sealed class ReadRows(BenchStage stage)
{
    private const long SmallEntries = 10_000;

    /// <summary>Enough that the pages change under the reader, little enough that reading is what is measured.</summary>
    private const double WritesPerSecond = 100;

    private const string Activation = "gRPC + new grain";

    /// <summary>Grains of the peer that one measurement activates, at most.</summary>
    private const int ActivatedMax = 200_000;

    private int _nextCold;
    private int _nextActivated;

    private BenchSettings Settings => stage.Settings;

    private BankShape Small => new("small", Settings.Accounts, SmallEntries);

    public IEnumerable<Row> All()
    {
        yield return new Row(
            "balance",
            [
                new Subject(Names.Ours, "calls/s", BalanceAsync),
                new Subject(Names.GrpcAndGrain, "calls/s", stop => LimitRows.GrpcAndGrainAsync(stage, stop)),
                new Subject(
                    Names.Select, "calls/s",
                    stop => stage.MeasureAsync(async () => new Sample((await SelectAsync(Settings.PgBenchClients, stop)).PerSecond))),
            ],
            [new Goal(">= 0.85 x gRPC + no-op grain", r => r.Ratio("balance", Names.Ours, Names.GrpcAndGrain), 0.85)],
            async stop =>
            {
                await stage.WarmBankAsync(stop);
                await stage.StartEmptyGrainsAsync(stop);
            },
            stage.WarmBankAsync);
        yield return new Row(
            "cold",
            [
                new Subject(Names.Ours, "ms p50", ColdAsync),
                new Subject(Activation, "ms p50", ActivateAsync),
                new Subject(
                    Names.Select, "ms mean", stop => stage.MeasureAsync(async () => new Sample((await SelectAsync(1, stop)).MeanMs))),
            ],
            [new Goal(
                "<= 2 x (select + new grain)",
                r => r.Median("cold", Names.Ours) / (r.Median("cold", Activation) + r.Median("cold", Names.Select)), 2, AtMost: true)],
            async stop =>
            {
                // Nothing is in memory after this; the next row that needs everything there warms up again.
                await (await stage.SeededBankAsync(stage.Main, stop)).RestartAsync(stop);
                await stage.Peers.StartFrontAsync(stop);
                _nextCold = 0;
            },
            stop => stage.SeededBankAsync(stage.Main, stop));
        foreach (var (
            name, before) in ((string, Func<long, long?>)[])[("page.first", _ => null), ("page.middle", count => count / 2),
            ("page.last", _ => 51)])
        {
            var (small, large) = ($"{SmallEntries} entries", $"{Settings.Entries} entries");
            yield return new Row(
                name,
                [
                    new Subject(small, "ms p50", stop => PageAsync(Small, before, stop)),
                    new Subject(large, "ms p50", stop => PageAsync(stage.Large, before, stop)),
                ],
                [new Goal("<= 1.2 x the small ledger", r => r.Ratio(name, large, small), 1.2, AtMost: true)],
                async stop =>
                {
                    await (await stage.SeededBankAsync(Small, stop)).EnsureRunningAsync(stop);
                    await (await stage.SeededBankAsync(stage.Large, stop)).EnsureRunningAsync(stop);
                },
                // Proving the large one is a row of its own.
                stop => stage.SeededBankAsync(Small, stop));
        }

        yield return new Row(
            "verify",
            [
                new Subject("silo verify", "s", stop => stage.MeasureAsync(
                    async () => new Sample((await (await stage.SeededBankAsync(stage.Large, stop)).VerifyAsync(stop)).Seconds))),
                new Subject("count and sum", "s", stop => stage.MeasureAsync(
                    async () => new Sample(await (await stage.SeededBankAsync(stage.Large, stop)).SumSecondsAsync(stop)))),
            ],
            [new Goal("<= 4 x count and sum", r => r.Ratio("verify", "silo verify", "count and sum"), 4, AtMost: true)],
            async stop => await stage.SeededBankAsync(stage.Large, stop),
            stop => stage.SeededBankAsync(stage.Large, stop));
    }

    private async Task<Sample> BalanceAsync(CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(stop);
        return await stage.MeasureAsync(
            bank.Load(Call.Balance, Settings.Seconds) with { InFlight = Settings.InFlight }, bank.Processes, load => load.PerSecond, stop);
    }

    private async Task<(double PerSecond, double MeanMs)> SelectAsync(int clients, CancellationToken stop)
    {
        var bank = await stage.SeededBankAsync(stage.Main, stop);
        var (first, last) = await bank.AccountIdsAsync(stop);
        var bench = await stage.PgBenchOfAsync(bank.DatabaseName, stop);
        return await bench.RunAsync(
            $"\\set id random({first}, {last})\nselect balance_minor, sequence_number from bank.account where account_id = :id;\n", clients,
            Settings.Seconds, stop);
    }

    /// <summary>Each account is called once and never before since the silo started, one call after the other.</summary>
    private async Task<Sample> ColdAsync(CancellationToken stop)
    {
        var bank = await stage.SeededBankAsync(stage.Main, stop);
        var spec = ColdSpec(
            bank.Address) with { FirstAccount = _nextCold, Accounts = Settings.Accounts - _nextCold, AccessTokenKey = bank.AccessTokenKey };
        var sample = await stage.MeasureAsync(spec, bank.Processes, load => load.Latency.P50, stop);
        _nextCold = sample.Load!.NextAccount;
        return sample;
    }

    private async Task<Sample> ActivateAsync(CancellationToken stop)
    {
        // Beyond the accounts of the book, which other rows have called.
        var spec = ColdSpec(stage.Peers.Front) with { FirstAccount = Settings.Accounts + _nextActivated, Accounts = ActivatedMax };
        var sample = await stage.MeasureAsync(spec, stage.Peers.FrontProcesses, load => load.Latency.P50, stop);
        _nextActivated += ActivatedMax;
        return sample;
    }

    private LoadSpec ColdSpec(Uri address) => new()
    {
        Address = address,
        Call = Call.Balance,
        Choice = Choice.Sequential,
        InFlight = 1,
        Seconds = Settings.Seconds,
        Accounts = 0,
    };

    private async Task<Sample> PageAsync(BankShape shape, Func<long, long?> before, CancellationToken stop)
    {
        var bank = await stage.SeededBankAsync(shape, stop);
        var spec = bank.Load(Call.Page, Settings.Seconds) with { PageBefore = before(EntrySeed.OfBigAccount(shape.Entries)), Accounts = 1 };
        var writing = bank.Load(Call.Transfer, Settings.Seconds) with { Choice = Choice.OneCredited, RatePerSecond = WritesPerSecond };
        return await stage.MeasureAsync(spec, bank.Processes, load => load.Latency.P50, stop, writing);
    }
}
