using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BktSmart.Bench.Stage;
using BktSmart.Dev;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Database;
using BktSmart.Dev.Processes;

namespace BktSmart.Bench.Jam;

/// <summary>
/// The verb <c>jam</c>: what customers and staff see of the bank while somebody jams its API.
///
/// A bank of its own, one silo and one node of the API, has the standard limits. Each jam comes from a process and an address of its own,
/// and follows a quiet measurement of the same length, so that a slow minute of the machine meets both. The jammer shares the processors
/// with the bank: what it takes of them is in the table.
/// </summary>
internal static class JamCommand
{
    private const double RatioMax = 5;

    /// <summary>Until the bank has done what a jam left: longer than a message may take.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    /// <summary>Of the API: what a local bank lifts, and the heap in a container of 512 MiB.</summary>
    private static readonly Dictionary<string, string> StandardLimits = new()
    {
        ["SignInThrottle__PerAddressAndMinute"] = "60",
        ["Limits__CallsPerAddressMax"] = "500",
        ["DOTNET_GCHeapHardLimit"] = "0x18000000",
    };

    public static Command Create(Func<string, string, int, int, int, Option<int>> number)
    {
        var seconds = number("--seconds", "How long each measurement takes, a quiet one and one beside each jam.", 10, 2, 60);
        var only = new Option<JamKind[]>("--only") { HelpName = "JAM", AllowMultipleArgumentsPerToken = true };
        only.Description = $"Only these: {string.Join(", ", Enum.GetNames<JamKind>())}.";
        var command = new Command(
            "jam", "What customers and staff see while somebody jams the API. The exit code is not zero when a call of theirs fails.")
        {
            seconds, only,
        };
        command.SetAction((arguments, stop) => RunAsync(
            TimeSpan.FromSeconds(arguments.GetValue(seconds)),
            arguments.GetValue(only) is { Length: > 0 } some ? some : Enum.GetValues<JamKind>(), Console.WriteLine, stop));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan duration, JamKind[] kinds, Action<string> say, CancellationToken stop)
    {
        using var data = DataFolder.Open(Path.Combine(Repository.Root, ".data", "jam"), say);
        await using var postgres = await LocalPostgres.StartAsync(data, say, cancellationToken: stop);
        await using var database = await LocalDatabase.CreateAsync(
            postgres.AdminConnectionString, $"bench_{Guid.NewGuid():N}"[..20], cancellationToken: stop);
        await using var bank = new LocalBank(new LocalBankOptions
        {
            Data = data,
            OwnerConnectionString = database.OwnerConnectionString,
            SiloConnectionString = database.SiloConnectionString,
            SiloSettings = FreePayments.Settings(),
            ApiSettings = StandardLimits,
            Say = say,
        });
        var table = new List<string>();
        try
        {
            await bank.StartAsync(stop);
            using var neighbours = await Neighbours.SettleAsync(bank, stop).WithPatience("setting up the customers", say);
            await neighbours.LookAsync(WarmUp, stop).WithPatience("warming up", say);
            var failed = 0;
            foreach (var kind in kinds)
            {
                say($"Jam {kind}.");
                failed += await MeasureAsync(bank, neighbours, kind, duration, table, stop);
                await Task.Delay(Settle, stop);
            }

            return failed == 0 ? 0 : 1;
        }
        finally
        {
            say($"\n{"jam",-14}{"who",-11}{"calls",6}{"failed",8}{"quiet: p50",12}{"p99",8}{"longest",9}{"jam: p50",12}{"p99",8}"
                + $"{"longest",9}{"p99 ×",9}{"longest ×",11}  p99 ≤ {RatioMax:F0} ×");
            table.ForEach(say);
            await bank.StopAsync();
            await database.DropAsync(CancellationToken.None);
        }
    }

    /// <returns>How many calls of customers and staff failed.</returns>
    private static async Task<int> MeasureAsync(
        LocalBank bank, Neighbours neighbours, JamKind kind, TimeSpan duration, List<string> table, CancellationToken stop)
    {
        var token = await neighbours.RefreshAsync(stop);
        var quiet = await neighbours.LookAsync(duration, stop);
        var before = ApiMiB(bank);
        using var jammer = Process.Start(new ProcessStartInfo(
            "dotnet",
            [Environment.GetCommandLineArgs()[0], Jammer.Verb, $"{kind}", $"{bank.Address.Customers}", $"127.0.1.{1 + (int)kind}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            await jammer.StandardInput.WriteLineAsync(token.AsMemory(), stop);
            await jammer.StandardInput.FlushAsync(stop);
            if (await jammer.StandardOutput.ReadLineAsync(stop) != Jammer.Begun)
                throw new LaunchException("The jammer ended; its message is above.");
            var use = new CpuUse(new Dictionary<string, Func<IEnumerable<int>>>
            {
                ["jammer"] = () => [jammer.Id],
                ["API"] = () => [bank.Api.Pid ?? 0],
                ["silo"] = () => [bank.Silos[0].Process.Pid ?? 0],
            });
            use.Start();
            var beside = await neighbours.LookAsync(duration, stop);
            var cores = string.Join(", ", use.Stop().Select(core => $"{core.Key} {(int)(100 * core.Value)}"));
            var after = ApiMiB(bank);
            jammer.StandardInput.Close();
            var answers = JsonSerializer.Deserialize<Dictionary<string, double>>((await jammer.StandardOutput.ReadLineAsync(stop))!)!;

            table.Add(Line(kind.ToString(), "customers", quiet.Customers, beside.Customers));
            table.Add(Line("", "staff", quiet.Staff, beside.Staff));
            table.AddRange(answers.OrderByDescending(answer => answer.Value)
                .Select(answer => string.Create(CultureInfo.InvariantCulture, $"{"",-14}{answer.Value,8:N0}/s {answer.Key}")));
            table.Add($"{"",-14}memory of the API {before} to {after} MiB; % of a core: {cores}");
            return new[] { quiet.Customers, quiet.Staff, beside.Customers, beside.Staff }.Sum(view => view.Failures.Count);
        }
        finally
        {
            jammer.Kill();
        }
    }

    private static long ApiMiB(LocalBank bank)
    {
        using var api = Process.GetProcessById(bank.Api.Pid ?? throw new LaunchException("The API does not run."));
        return api.WorkingSet64 >> 20;
    }

    private static string Line(string kind, string who, View quiet, View beside)
    {
        var (calm, jammed, failures) = (quiet.Latency, beside.Latency, quiet.Failures.Concat(beside.Failures).ToArray());
        var verdict = $"{(jammed.P99 <= RatioMax * calm.P99 ? "met" : "missed")} {string.Join(", ", failures.Distinct())}".TrimEnd();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{kind,-14}{who,-11}{beside.Calls,6}{failures.Length,8}{calm.P50,12:F1}{calm.P99,8:F1}{calm.Max,9:F1}{jammed.P50,12:F1}"
                + $"{jammed.P99,8:F1}{jammed.Max,9:F1}{jammed.P99 / calm.P99,9:F1}{jammed.Max / calm.Max,11:F1}  {verdict}");
    }
}
