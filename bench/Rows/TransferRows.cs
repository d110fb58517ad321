using BktSmart.Bench.Load;
using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

/// <summary>Transfers over gRPC.</summary>
internal sealed class TransferRows(BenchStage stage, Results results)
{
    private double? _capacity;
    private double? _textbookCapacity;

    private BenchSettings Settings => stage.Settings;

    public IEnumerable<Row> All()
    {
        yield return Rate(
            Names.Uniform, Choice.Uniform, PgBench.Uniform,
            new Goal(">= 0.9 L", r => r.Median(Names.Uniform, Names.Ours) / LimitRows.Limit(r), 0.9),
            new Goal(">= 3.5 x textbook", r => r.Ratio(Names.Uniform, Names.Ours, Names.Textbook), 3.5),
            new Goal(">= 15 x Orleans Transactions", r => r.Ratio(Names.Uniform, Names.Ours, Names.Transactions), 15),
            new Goal(">= 4 x TPC-B", r => r.Ratio(Names.Uniform, Names.Ours, Names.TpcB), 4));
        yield return Hot("hot.one", Choice.OneCredited, PgBench.OneAccount);
        yield return Hot("hot.zipf", Choice.Zipf, PgBench.Zipf);
        yield return new Row(
            "latency.one",
            [
                new Subject(Names.Ours, "ms p50", stop => OursAsync(new Shape { InFlight = 1 }, P50, stop)),
                new Subject(Names.Textbook, "ms p50", stop => TextbookAsync(new Shape { InFlight = 1 }, P50, stop)),
            ],
            [new Goal(
                "p50 <= F + 1 ms", r => r.Median("latency.one", Names.Ours) - r.Median(Names.Limits, Names.Fdatasync), 1, AtMost: true)],
            PrepareTextbookAsync,
            stage.WarmBankAsync);
        yield return new Row(
            "latency.half",
            [
                new Subject(
                    Names.Ours, "ms p99", async stop => await OursAsync(new Shape { Rate = await CapacityAsync(stop) / 2 }, P99, stop)),
                new Subject(
                    Names.Textbook, "ms p99",
                    async stop => await TextbookAsync(new Shape { Rate = await TextbookCapacityAsync(stop) / 2 }, P99, stop)),
            ],
            [new Goal(
                "p99 <= 10 F", r => r.Median("latency.half", Names.Ours) / r.Median(Names.Limits, Names.Fdatasync), 10, AtMost: true)],
            PrepareTextbookAsync,
            stage.WarmBankAsync);
        yield return new Row(
            "bytes",
            [new Subject(Names.Ours, "B WAL", BytesAsync)],
            [
                new Goal("<= 1,000 B of WAL", r => r.Median("bytes", Names.Ours), 1000, AtMost: true),
                new Goal("<= 500 B stored", r => r.Median("bytes", Names.Ours, sample => sample.More["storedBytes"]), 500, AtMost: true),
                new Goal("B of WAL with notifications", r => r.Median("bytes", Names.Ours, sample => sample.More["walBytesAll"])),
                new Goal(
                    "B stored, notifications included",
                    r => r.Median("bytes", Names.Ours, sample => sample.More["storedBytesDelivered"])),
                new Goal(
                    "B of WAL, all of them delivered", r => r.Median("bytes", Names.Ours, sample => sample.More["walBytesDelivered"])),
            ],
            async stop => await stage.WarmBankAsync(stop),
            stage.WarmBankAsync);
        yield return new Row(
            "retries",
            [new Subject(Names.Ours, "calls/s", stop => OursAsync(new Shape { RepeatShare = 0.5 }, Rate, stop))],
            [new Goal(">= 1.0 x uniform", r => r.Median("retries", Names.Ours) / r.Median(Names.Uniform, Names.Ours), 1)],
            async stop => await stage.WarmBankAsync(stop),
            stage.WarmBankAsync);
        yield return new Row(
            "overload",
            [new Subject(
                Names.Ours, "transf/s", async stop => await OursAsync(new Shape { Rate = await CapacityAsync(stop) * 2 }, Rate, stop))],
            [
                new Goal(
                    "goodput >= 0.9 x uniform",
                    r => r.Median("overload", Names.Ours) / (r.Median(Names.Uniform, Names.Ours) ?? _capacity), 0.9),
                new Goal("p99 of a refusal, ms", r => r.Median("overload", Names.Ours, sample => sample.Load!.RefusalLatency.P99)),
            ],
            async stop => await stage.WarmBankAsync(stop),
            stage.WarmBankAsync);
    }

    /// <summary>How a load of transfers differs from the usual one.</summary>
    private sealed record Shape
    {
        public Choice Choice { get; init; } = Choice.Uniform;
        public int? InFlight { get; init; }
        public double? Rate { get; init; }
        public double RepeatShare { get; init; }
    }

    private Row Hot(string name, Choice choice, string script) => Rate(
        name, choice, script,
        new Goal(">= 1.0 x our uniform", r => r.Median(name, Names.Ours) / r.Median(Names.Uniform, Names.Ours), 1),
        new Goal(">= 8 x textbook", r => r.Ratio(name, Names.Ours, Names.Textbook), 8));

    private Row Rate(string name, Choice choice, string script, params Goal[] goals) => new(
        name,
        [
            new Subject(Names.Ours, "transf/s", stop => OursAsync(new Shape { Choice = choice }, Rate, stop)),
            new Subject(Names.Textbook, "transf/s", stop => TextbookAsync(new Shape { Choice = choice }, Rate, stop)),
            new Subject(
                Names.Transactions, "transf/s",
                stop => stage.MeasureAsync(Spec(stage.Peers.Front, new Shape { Choice = choice }), stage.Peers.FrontProcesses, Rate, stop)),
            new Subject(Names.TpcB, "transf/s", async stop => await TpcBAsync(await stage.TpcBAsync(stop), script, Settings.Seconds, stop)),
        ],
        goals,
        async stop =>
        {
            await PrepareTextbookAsync(stop);
            await stage.StartTransactionsAsync(stop);
            await TpcBAsync(await stage.TpcBAsync(stop), script, BenchStage.WarmAgainSeconds, stop);
        },
        stage.WarmBankAsync);

    private static double Rate(LoadResult load) => load.PerSecond;

    private static double P50(LoadResult load) => load.Latency.P50;

    private static double P99(LoadResult load) => load.Latency.P99;

    private async Task PrepareTextbookAsync(CancellationToken stop)
    {
        await stage.WarmBankAsync(stop);
        await stage.StartTextbookAsync(stop);
    }

    private LoadSpec Spec(Uri address, Shape shape) => new()
    {
        Address = address,
        Call = Call.Transfer,
        Choice = shape.Choice,
        InFlight = shape.InFlight ?? Settings.InFlight,
        RatePerSecond = shape.Rate,
        RepeatShare = shape.RepeatShare,
        Seconds = Settings.Seconds,
        Accounts = Settings.Accounts,
    };

    private async Task<Sample> OursAsync(Shape shape, Func<LoadResult, double> value, CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(stop);
        return await stage.MeasureAsync(
            Spec(bank.Address, shape) with { AccessTokenKey = bank.AccessTokenKey }, bank.Processes, value, stop);
    }

    private Task<Sample> TextbookAsync(Shape shape, Func<LoadResult, double> value, CancellationToken stop) =>
        stage.MeasureAsync(Spec(stage.Peers.Textbook, shape), stage.Peers.TextbookProcesses, value, stop);

    private Task<Sample> TpcBAsync(PgBench bench, string script, int seconds, CancellationToken stop) => stage.MeasureAsync(async () =>
    {
        var (rate, mean) = await bench.RunAsync(script, Settings.PgBenchClients, seconds, stop);
        return new Sample(rate) { More = new Dictionary<string, double> { ["meanMs"] = mean } };
    });

    /// <summary>What we can do: the rate of the row uniform, or, where that was not asked for, a measurement of its own.</summary>
    private async Task<double> CapacityAsync(CancellationToken stop) =>
        results.Median(Names.Uniform, Names.Ours) ?? (_capacity ??= (await OursAsync(new Shape(), Rate, stop)).Value);

    private async Task<double> TextbookCapacityAsync(CancellationToken stop) =>
        results.Median(Names.Uniform, Names.Textbook) ?? (_textbookCapacity ??= (await TextbookAsync(new Shape(), Rate, stop)).Value);

    private async Task<Sample> BytesAsync(CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(stop);
        await using var admin = stage.AdminOf(bank.DatabaseName);
        var before = await LedgerBytes.TakeAsync(admin, stop);
        var counted = await bank.CountTransfersAsync(stop);
        var sample = await OursAsync(new Shape(), Rate, stop);
        var after = await LedgerBytes.TakeAsync(admin, stop);
        var delivered = await bank.SettleAsync(stop) ? await LedgerBytes.TakeAsync(admin, stop) : null;
        var transfers = await bank.CountTransfersAsync(stop) - counted;
        var bytes = await LedgerBytes.PerTransferAsync(admin, before, after, delivered, transfers, stop);
        return bytes with { Load = sample.Load, Cores = sample.Cores };
    }
}
