using System.Diagnostics;
using System.Globalization;
using BktSmart.Dev.Bank;
using BktSmart.Faults;
using Npgsql;

namespace BktSmart.Upgrade;

/// <summary>From the version before to this one, as docs/operations.md says, while customers pay and desks work.</summary>
public sealed class UpgradeTest(UpgradeBank upgrade) : IClassFixture<UpgradeBank>
{
    private const int Clients = 6;
    private const long Some = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What a client may meet while nodes and silos are replaced in order, and settles by the same request again, or by asking for the transfer, as any app does. Nothing else, and no request fails for good.
    /// </summary>
    private static readonly string[] AllowedDoubts = ["Unavailable", "Unavailable UNAVAILABLE"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private LocalBank Bank => upgrade.Bank.Bank;

    [Fact]
    public async Task Upgrade_UnderTraffic_StopsNobodyAndLosesNothing()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var traffic = new Traffic(upgrade.Bank, upgrade.Accounts, Clients, seed: 7, upgrade.Operations);
        var running = traffic.RunAsync(stop.Token);
        try
        {
            await await Task.WhenAny(UpgradeAsync(traffic), running);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await running.WaitAsync(Patience, Stop);
        Say($"{traffic}: {string.Join(", ", traffic.Doubts.CountBy(doubt => doubt).Select(doubt => $"{doubt.Value} times {doubt.Key}"))}");
        Assert.Empty(traffic.Doubts.Except(AllowedDoubts));
        await Aftermath.AssertAsync(upgrade, traffic);
    }

    private async Task UpgradeAsync(Traffic traffic)
    {
        await MoreAsync(traffic);
        var before = Bank.Programs;
        Bank.Programs = BankPrograms.Ours();
        await MigrateAsync(traffic);
        await MoreAsync(traffic);

        // A silo of before that dies meanwhile comes back.
        Bank.Programs = before;
        await Bank.Silos[1].StopAsync();
        await Bank.Silos[1].StartAsync(Stop);
        await MoreAsync(traffic);

        Bank.Programs = BankPrograms.Ours();
        foreach (var silo in Bank.Silos)
        {
            await silo.StopAsync();
            await silo.StartAsync(Stop);
            await MoreAsync(traffic);
        }

        foreach (var api in Bank.Apis)
        {
            await LocalBank.StopApiAsync(api);
            await api.StartAsync(Stop);
            await MoreAsync(traffic);
        }
    }

    /// <summary>Migrates beside somebody who reads the accounts for long.</summary>
    private async Task MigrateAsync(Traffic traffic)
    {
        await using var reader = await upgrade.Bank.Sql.OpenConnectionAsync(Stop);
        await using var reading = await reader.BeginTransactionAsync(Stop);
        await using (var read = new NpgsqlCommand("select count(*) from bank.account", reader, reading))
            await read.ExecuteScalarAsync(Stop);

        var started = Stopwatch.GetTimestamp();
        var migrating = Bank.MigrateAsync(Stop);
        await MoreAsync(traffic);
        await MoreAsync(traffic);
        await reading.RollbackAsync(Stop);
        await migrating;
        var ended = Stopwatch.GetTimestamp();
        await MoreAsync(traffic);

        var longest = traffic.Acknowledged.Values.Where(when => when.Answered >= started && when.Sent <= ended).Max(when => Stopwatch.GetElapsedTime(when.Sent, when.Answered));
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"The migration took {Stopwatch.GetElapsedTime(started, ended).TotalSeconds:F1} s; the longest transfer meanwhile took {longest.TotalMilliseconds:F0} ms."));
        Assert.True(longest <= PauseMax, $"During the migration a transfer took {longest.TotalMilliseconds:F0} ms.");
    }

    private static Task MoreAsync(Traffic traffic) =>
        Eventually.AtLeastAsync(traffic.Settled + Some, () => traffic.Settled, "transfers that are settled", Patience);

    private static void Say(string sentence) => TestContext.Current.TestOutputHelper!.WriteLine(sentence);
}
