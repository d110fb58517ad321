using System.Globalization;
using BktSmart.Dev;
using static System.FormattableString;

namespace BktSmart.Faults;

/// <summary>
/// Faults of every kind under traffic, drawn from a seed. <c>tests/faults</c> runs it for longer: <c>BKT_FAULT_MINUTES</c> says for how
/// long faults go on, <c>BKT_FAULT_SEED</c> draws them. Without them it takes a few that no other test has.
/// </summary>
[Collection(typeof(OneAtATime))]
public sealed class FaultRunTest(FaultRunBank fault) : IClassFixture<FaultRunBank>
{
    private const int Clients = 12;
    private static readonly TimeSpan SettlePatience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Bank_FaultsOneAfterTheOtherUnderTraffic_LosesAndRepeatsNothing()
    {
        var seed = int.Parse(Setting("BKT_FAULT_SEED", "276"), CultureInfo.InvariantCulture);
        var minutes = double.Parse(Setting("BKT_FAULT_MINUTES", "0.2"), CultureInfo.InvariantCulture);
        var run = Invariant($"BKT_FAULT_SEED={seed} BKT_FAULT_MINUTES={minutes}");
        Say(run);

        var lockable = fault.Accounts[0];
        var traffic = new Traffic(fault.Bank, fault.Accounts, Clients, seed, fault.Operations, lockable);
        var orders = new DueOrders(fault.Bank, fault.Accounts, seed);
        var faults = new FaultRun(fault, traffic, orders, lockable, Say);
        try
        {
            await traffic.DuringAsync(() => faults.RunAsync(FaultPlan.Draw(seed), TimeSpan.FromMinutes(minutes)), SettlePatience);
            await fault.WhileSignedInAsync(async () =>
            {
                await orders.AssertPaidOnceAsync();
                await Aftermath.AssertAsync(fault, traffic);
            });
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{run}, logs in {KeepLogs(seed)}: {exception.Message}", exception);
        }
        finally
        {
            Say(ClientView.Table(ClientView.Sum(faults.Views)));
            foreach (var beside in faults.BesideLocks)
                Say($"beside a locked row: {beside}");
        }
    }

    private string KeepLogs(int seed)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, ".data", "faults", Invariant($"seed-{seed}"))).FullName;
        foreach (var log in fault.Bank.Logs)
            File.Copy(log, Path.Combine(folder, Path.GetFileName(log)), overwrite: true);
        return folder;
    }

    private static string Setting(string name, string standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : standard;

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
