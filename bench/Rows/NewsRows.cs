using System.Diagnostics;
using System.Globalization;
using BktSmart.Bench.Load;
using BktSmart.Bench.Stage;
using BktSmart.Dev;

namespace BktSmart.Bench.Rows;

/// <summary>
/// How late a notification is after its posting, and what payments give up for it. Each measurement first takes the rate of uniform
/// transfers at full load, on the same bank, and paces its own load by it. A row is void where a notification never comes.
/// </summary>
internal sealed class NewsRows(BenchStage stage, Results results)
{
    private const string Most = "news.most";
    private const string Rest = "news.rest";
    private const string Yield = "news.yield";
    private const string Push = "news.push";
    private const string Half = "half load";
    private const string Full = "full load";
    private const string AtOnce = "push at once";
    private const string Slow = "push in 3 s";

    private const string UniformRate = "uniformPerSecond";
    private const string P50 = "lagP50Ms";
    private const string Max = "lagMaxMs";
    private const string Left = "leftAtEnd";
    private const string Share = "ofUniform";

    /// <summary>A load is this many times as long as one of the other rows: what is late by a little each second adds up.</summary>
    private const int PacedTimes = 6;
    private const int RestTimes = 3;

    /// <summary>In the search of the most: after the whole rate, each halves what is open, so that it is known to a sixteenth.</summary>
    private const int LoadsMax = 5;
    private const double LateMs = 2_000;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private BenchSettings Settings => stage.Settings;

    public IEnumerable<Row> All()
    {
        yield return Paced("news.10", 0.1, boundMs: 250);
        yield return Paced("news.50", 0.5, boundMs: 1_000);
        yield return Paced("news.80", 0.8, boundMs: null);
        yield return Row(
            Most,
            [new Subject(Names.Ours, "x uniform", MostAsync)],
            [
                new Goal(">= 0.5 x uniform below 2 s", r => r.Median(Most, Names.Ours), 0.5),
                Told("transfers/s at the most", Most, Names.Ours, sample => sample.Value * sample.More[UniformRate]),
            ]);
        yield return Row(
            Rest,
            [new Subject(Names.Ours, "s", RestAsync)],
            [
                new Goal("all delivered within 30 s", r => r.Median(Rest, Names.Ours), 30, AtMost: true),
                Told("not notified at the end", Rest, Names.Ours, sample => sample.More[Left]),
                Told("of so many postings", Rest, Names.Ours, sample => sample.More["postings"]),
            ]);
        yield return Row(
            Yield,
            [
                new Subject(Half, "transf/s", stop => YieldAsync(0.5, stop)),
                new Subject(Full, "transf/s", stop => YieldAsync(null, stop)),
            ],
            [
                new Goal("full load, x row uniform", r => r.Median(Yield, Full) / r.Median(Names.Uniform, Names.Ours)),
                Told("full load, x a short one before it", Yield, Full, sample => sample.More[Share]),
                Told("half load, x a short full one", Yield, Half, sample => sample.More[Share]),
            ]);
        // The customers of other rows have no device for pushes.
        yield return new Row(
            Push,
            [
                // First the one whose pushes wait: those of the other keep its silo busy for minutes.
                new Subject(Slow, "ms p99", async stop => await PacedAsync(Push, await SlowBankAsync(stop), 0.5, stop)),
                new Subject(AtOnce, "ms p99", async stop => await PacedAsync(Push, await AtOnceBankAsync(stop), 0.5, stop)),
            ],
            [
                new Goal("slow: p99 of the lag <= 1,000 ms", r => r.Median(Push, Slow), 1_000, AtMost: true),
                Told("at once: p99 of the lag, ms", Push, AtOnce, sample => sample.Value),
                Told("slow: transfers/s", Push, Slow, sample => sample.Load!.PerSecond),
                Told("at once: transfers/s", Push, AtOnce, sample => sample.Load!.PerSecond),
                Told("slow: x its uniform", Push, Slow, sample => sample.More[Share]),
                Told("at once: x its uniform", Push, AtOnce, sample => sample.More[Share]),
            ],
            async stop =>
            {
                await AtOnceBankAsync(stop);
                await SlowBankAsync(stop);
            },
            AtOnceBankAsync,
            SlowBankAsync);
    }

    private Task<BenchBank> AtOnceBankAsync(CancellationToken stop) =>
        stage.WarmBankAsync(new BankShape("push", Settings.Accounts, PushTakes: TimeSpan.Zero), stop);

    private Task<BenchBank> SlowBankAsync(CancellationToken stop) =>
        stage.WarmBankAsync(new BankShape("slow", Settings.Accounts, PushTakes: TimeSpan.FromSeconds(3)), stop);

    private Row Paced(string name, double share, double? boundMs) => Row(
        name,
        [new Subject(Names.Ours, "ms p99", async stop => await PacedAsync(name, await stage.WarmBankAsync(stop), share, stop))],
        [
            new Goal(
                boundMs is null ? "p99 of the lag, ms" : string.Create(CultureInfo.InvariantCulture, $"p99 of the lag <= {boundMs:N0} ms"),
                r => r.Median(name, Names.Ours), boundMs, AtMost: true),
            Told("p50 of the lag, ms", name, Names.Ours, sample => sample.More[P50]),
            Told("longest lag, ms", name, Names.Ours, sample => sample.More[Max]),
            Told("transfers/s", name, Names.Ours, sample => sample.Load!.PerSecond),
            Told("x uniform", name, Names.Ours, sample => sample.More[Share]),
        ]);

    private Row Row(string name, IReadOnlyList<Subject> subjects, IReadOnlyList<Goal> goals) =>
        new(name, subjects, goals, async stop => await stage.WarmBankAsync(stop), stage.WarmBankAsync);

    private static Goal Told(string text, string row, string subject, Func<Sample, double> figure) =>
        new(text, r => r.Median(row, subject, figure));

    private async Task<Sample> PacedAsync(string row, BenchBank bank, double share, CancellationToken stop)
    {
        var uniform = await UniformAsync(bank, stop);
        var (sample, lag) = await LagAsync(row, bank, share * uniform, PacedTimes, stop);
        return WithLag(lag.P99Ms, sample, lag, uniform);
    }

    private async Task<Sample> MostAsync(CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(stop);
        var uniform = await UniformAsync(bank, stop);
        Sample? most = null;
        var (held, share, late) = (0.0, 1.0, 1.0);
        for (var loads = 0; loads < LoadsMax && held < 1; loads++)
        {
            var (sample, lag) = await LagAsync(Most, bank, share * uniform, PacedTimes, stop);
            stage.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"  at {share:F3} of uniform: {sample.Load!.PerSecond:N0} transfers/s, longest lag {lag.MaxMs:N0} ms"));
            if (lag.MaxMs < LateMs)
            {
                held = share;
                // What was asked for and not reached does not count.
                most = WithLag(Math.Min(share, sample.Load.PerSecond / uniform), sample, lag, uniform);
            }
            else
            {
                late = share;
                most ??= WithLag(0, sample, lag, uniform);
            }

            share = (held + late) / 2;
        }

        return most!;
    }

    private async Task<Sample> RestAsync(CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(stop);
        var uniform = await UniformAsync(bank, stop);
        // What was booked while it warmed up waits at the end too.
        var (sample, lag) = await LagAsync(Rest, bank, rate: null, RestTimes, stop, from: await bank.NowAsync(stop));
        return WithLag(Math.Max(0, lag.LastSeconds), sample, lag, uniform);
    }

    private async Task<Sample> YieldAsync(double? share, CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(stop);
        var uniform = await UniformAsync(bank, stop);
        var (sample, lag) = await LagAsync(Yield, bank, share * uniform, PacedTimes, stop);
        return WithLag(sample.Load!.PerSecond, sample, lag, uniform);
    }

    /// <summary>Transfers a second at full load for the time of the row uniform; its notifications are delivered when it returns.</summary>
    private async Task<double> UniformAsync(BenchBank bank, CancellationToken stop)
    {
        var sample = await stage.MeasureAsync(Spec(bank, rate: null, times: 1), bank.Processes, load => load.PerSecond, stop);
        return await bank.SettleAsync(DeliveredMax(times: 1), stop)
            ? sample.Value
            : throw new LaunchException("What came before is still delivered: what comes next would be late by that.");
    }

    /// <summary>A load, and how late the notifications were of what was booked under it; all are delivered when it returns.</summary>
    /// <param name="rate">Transfers a second; null for full load.</param>
    /// <param name="from">What was booked before does not count; null for the end of the warm-up.</param>
    private async Task<(Sample Sample, NewsLag Lag)> LagAsync(
        string row, BenchBank bank, double? rate, int times, CancellationToken stop, DateTime? from = null)
    {
        List<Task<DateTime>> bounds = [];
        var sample = await stage.MeasureAsync(
            Spec(bank, rate, times), bank.Processes, load => load.PerSecond, stop, atBound: () => bounds.Add(bank.NowAsync(stop)));
        var (begin, end) = (from ?? await bounds[0], await bounds[1]);
        var atMost = DeliveredMax(times);
        var watch = Stopwatch.StartNew();
        await bank.SettleAsync(atMost, stop);
        var left = await bank.NewsLeftAsync(begin, end, stop);
        for (; left > 0 && watch.Elapsed < atMost; left = await bank.NewsLeftAsync(begin, end, stop))
            await Task.Delay(LookAgain, stop);
        if (left > 0)
        {
            results.Add(row, new Verdict(false, 0, string.Create(
                CultureInfo.InvariantCulture, $"{left} postings have no notification {watch.Elapsed.TotalSeconds:F0} s after the load.")));
        }

        return (sample, await bank.NewsLagAsync(begin, end, stop));
    }

    /// <summary>What has no notification by then counts as lost: more than any goal leaves for it.</summary>
    private TimeSpan DeliveredMax(int times) => TimeSpan.FromSeconds(60 + 5 * (Settings.WarmUpSeconds + times * Settings.Seconds));

    private LoadSpec Spec(BenchBank bank, double? rate, int times) => bank.Load(Call.Transfer, times * Settings.Seconds) with
    {
        InFlight = Settings.InFlight,
        RatePerSecond = rate,
    };

    private static Sample WithLag(double value, Sample sample, NewsLag lag, double uniform) => sample with
    {
        Value = value,
        More = new Dictionary<string, double>
        {
            [UniformRate] = uniform,
            [Share] = sample.Load!.PerSecond / uniform,
            [P50] = lag.P50Ms,
            ["lagP99Ms"] = lag.P99Ms,
            [Max] = lag.MaxMs,
            ["postings"] = lag.Postings,
            [Left] = lag.LeftAtEnd,
            ["deliveredAfterSeconds"] = lag.LastSeconds,
        },
    };
}
