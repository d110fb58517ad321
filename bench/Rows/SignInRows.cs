using System.Diagnostics;
using BktSmart.Authentication;
using BktSmart.Bench.Load;
using BktSmart.Bench.Seeding;
using BktSmart.Bench.Stage;
using BktSmart.Values;
using Microsoft.Extensions.Options;

namespace BktSmart.Bench.Rows;

/// <summary>Signing in: how near it comes to its password hash, and what a storm of it does to transfers.</summary>
internal sealed class SignInRows(BenchStage stage)
{
    private const string SignIn = "signin";
    private const string Storm = "signin.storm";
    private const string Argon2id = "Argon2id alone";
    private const string Quiet = "transfers alone";
    private const string Stormy = "beside sign-ins";

    /// <summary>More than the workers that hash, so that none of these waits, and fewer than may wait for them.</summary>
    private const int InFlight = 32;

    /// <summary>A load that leaves two cores mostly idle.</summary>
    private const double TransfersPerSecond = 200;

    private BenchSettings Settings => stage.Settings;

    public IEnumerable<Row> All()
    {
        yield return new Row(
            SignIn,
            [new Subject(Names.Ours, "signins/s", SignInsAsync), new Subject(Argon2id, "hashes/s", HashesAsync)],
            [new Goal(">= 0.9 x Argon2id", r => r.Ratio(SignIn, Names.Ours, Argon2id), 0.9)],
            async stop => await stage.WarmBankAsync(stop),
            stage.WarmBankAsync);
        yield return new Row(
            Storm,
            [
                new Subject(Quiet, "ms p99", stop => TransfersAsync(storm: null, stop)),
                new Subject(Stormy, "ms p99", async stop => await TransfersAsync(SignInSpec(await stage.WarmBankAsync(stop)), stop)),
            ],
            [new Goal("p99 <= 1.5 x without", r => r.Ratio(Storm, Stormy, Quiet), 1.5, AtMost: true)],
            async stop => await stage.WarmBankAsync(stop),
            stage.WarmBankAsync);
    }

    private async Task<Sample> SignInsAsync(CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(stop);
        return await stage.MeasureAsync(SignInSpec(bank), bank.Processes, load => load.PerSecond, stop);
    }

    /// <summary>The bank's own hasher with its standard settings, and so with as many workers, in this process.</summary>
    private Task<Sample> HashesAsync(CancellationToken stop) => stage.MeasureAsync(async () =>
    {
        using var hasher = new PasswordHasher(Options.Create(new PasswordHashOptions()), new Argon2Derivation());
        var watch = Stopwatch.StartNew();
        var done = await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(async _ =>
        {
            var count = 0;
            for (; watch.Elapsed.TotalSeconds < Settings.Seconds; count++)
                await hasher.HashAsync(new Secret(EnrolmentSeed.Password), stop);
            return count;
        }));
        return new Sample(done.Sum() / watch.Elapsed.TotalSeconds);
    });

    private async Task<Sample> TransfersAsync(LoadSpec? storm, CancellationToken stop)
    {
        var bank = await stage.WarmBankAsync(stop);
        var spec = bank.Load(Call.Transfer, Settings.Seconds) with { RatePerSecond = TransfersPerSecond };
        return await stage.MeasureAsync(spec, bank.Processes, load => load.Latency.P99, stop, storm);
    }

    private LoadSpec SignInSpec(BenchBank bank) => new()
    {
        Address = bank.Address,
        Call = Call.SignIn,
        InFlight = InFlight,
        Seconds = Settings.Seconds,
        Accounts = Settings.Accounts,
        SinkFile = bank.SinkFile,
    };
}
