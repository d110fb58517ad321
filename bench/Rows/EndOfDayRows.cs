using BktSmart.Bench.Load;
using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

/// <summary>
/// What transfers give up while a business date ends, in a large bank with many standing orders that are due at the same time. It begins
/// with the measurement; when it takes longer, the next measurement waits until it is over.
/// </summary>
internal sealed class EndOfDayRows(BenchStage stage)
{
    private const string Paced = "endofday.paced";
    private const string Full = "endofday.full";
    private const string Quiet = "transfers alone";
    private const string Ending = "beside end-of-day";

    private const string Closed = "endOfDaySeconds";
    private const string Paid = "ordersSeconds";
    private const string Pause = "pauseAtChangeMs";
    private const string OtherPause = "longestOtherPauseMs";

    /// <summary>A load that leaves two cores mostly idle.</summary>
    private const double TransfersPerSecond = 200;

    private BenchSettings Settings => stage.Settings;

    private BankShape Bank => new("day", Settings.DayAccounts, Called: Math.Min(Settings.Accounts, Settings.DayAccounts));

    public IEnumerable<Row> All()
    {
        yield return Row(
            Paced, "ms p99", TransfersPerSecond, load => load.Latency.P99,
            new Goal("p99 <= 2 x without", r => r.Ratio(Paced, Ending, Quiet), 2, AtMost: true));
        yield return Row(
            Full, "transf/s", rate: null, load => load.PerSecond,
            new Goal(">= 0.85 x without", r => r.Ratio(Full, Ending, Quiet), 0.85));
    }

    private Row Row(string name, string unit, double? rate, Func<LoadResult, double> value, Goal goal) => new(
        name,
        [
            new Subject(Quiet, unit, stop => QuietAsync(rate, value, stop)),
            new Subject(Ending, unit, stop => EndingAsync(rate, value, stop)),
        ],
        [
            goal,
            new Goal("longest pause at the change <= 100 ms", r => Longest(r, name, Pause), 100, AtMost: true),
            new Goal("longest other pause, ms", r => Longest(r, name, OtherPause)),
            new Goal("s until the date was closed", r => r.Median(name, Ending, sample => sample.More[Closed])),
            new Goal("s until all orders were paid", r => r.Median(name, Ending, sample => sample.More[Paid])),
        ],
        async stop => await stage.WarmBankAsync(Bank, stop),
        stop => stage.WarmBankAsync(Bank, stop));

    private static double? Longest(Results results, string row, string pause) =>
        results.Of(row, Ending) is { Count: > 0 } samples ? samples.Max(sample => sample.More[pause]) : null;

    private async Task<Sample> QuietAsync(double? rate, Func<LoadResult, double> value, CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(Bank, stop);
        return await stage.MeasureAsync(Spec(bank, rate), bank.Processes, value, stop);
    }

    private async Task<Sample> EndingAsync(double? rate, Func<LoadResult, double> value, CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(Bank, stop);
        var day = new EndingDay(bank);
        List<Task<DateTime>> bounds = [];
        Task<DateTime>? change = null;
        var ordered = await bank.NowAsync(stop);
        await day.OrderAsync(Settings.Orders, stop);
        var sample = await stage.MeasureAsync(Spec(bank, rate), bank.Processes, value, stop, atBound: () =>
        {
            bounds.Add(bank.NowAsync(stop));
            change ??= day.StartAsync(stop);
        });
        var changed = await change!;
        var (closed, paid) = await day.FinishAsync(stop);
        var (atChange, other) = await day.PausesAsync(changed, await bounds[0], await bounds[1], stop);
        return sample with
        {
            More = new Dictionary<string, double>
            {
                [Closed] = (closed - changed).TotalSeconds,
                [Paid] = (paid - ordered).TotalSeconds,
                [Pause] = atChange,
                [OtherPause] = other,
            },
        };
    }

    private LoadSpec Spec(BenchBank bank, double? rate) => bank.Load(Call.Transfer, Settings.Seconds) with
    {
        InFlight = Settings.InFlight,
        RatePerSecond = rate,
    };
}
