using System.CommandLine;
using System.Globalization;
using BktSmart.Bench;
using BktSmart.Bench.Indistinguishable;
using BktSmart.Bench.Jam;
using BktSmart.Bench.Load;
using BktSmart.Bench.Rows;
using BktSmart.Bench.Stage;
using BktSmart.Dev;
using BktSmart.Dev.Commands;

// The load process of a measurement; not for people.
if (args is [LoadWorker.Verb])
    return await LoadWorker.RunAsync();
// The stranger's process of a jam; neither.
if (args is [Jammer.Verb, var kind, var bank, var address])
{
    await Jammer.RunAsync(kind, bank, address);
    return 0;
}

var seconds = Number("--seconds", "How long each measurement takes, after a warm-up.", 10, 1, 60);
var warmUp = Number(
    "--warm-up",
    "Seconds of load before the first measurement of a kind of call; the runtime compiles again what is hot for about as long.", 45, 1,
    120);
var inFlight = Number("--in-flight", "Calls under way at one time, where the row does not say otherwise.", 256, 1, 4096);
var rounds = Number("--rounds", "How often everybody is measured, in turn; the table shows the median.", 3, 1, 20);
var accounts = Number("--accounts", "Accounts of the bank and of the peers.", 100_000, 1_000, 1_000_000);
var entries = Number("--entries", "Entries of the large ledger of the rows page and verify.", 10_000_000, 1_000, 1_000_000_000);
var dayAccounts = Number("--day-accounts", "Accounts of the bank of the row endofday.", 1_000_000, 10_000, 10_000_000);
var orders = Number("--orders", "Standing orders that are due together in the row endofday.", 100_000, 100, 1_000_000);
var textbookPool = Number("--textbook-pool", "Connections of the textbook.", 16, 1, 100);
var pgBenchClients = Number("--pgbench-clients", "Clients of pgbench.", 16, 1, 100);
var rowNames = new Option<string[]>("--rows")
{
    Description =
        "Only these rows: limits, uniform, hot, latency, balance, page, cold, bytes, retries, overload, news, verify, signin, "
            + "growth, before, endofday; or a part of one, such as hot.zipf. With commas or blanks between them.",
    AllowMultipleArgumentsPerToken = true,
};
var json = new Option<FileInfo?>("--json") { HelpName = "FILE", Description = "Also writes every figure to this file." };

var command = new RootCommand(
    "Measures the ledger on this machine, over gRPC, on real processes, and beside it in turn what it is held against: a textbook server, "
        + "Orleans Transactions, pgbench. "
    + "The ledger is proved after each row; the exit code is not zero when a row is void.")
{
    rowNames, seconds, warmUp, inFlight, rounds, accounts, entries, dayAccounts, orders, textbookPool, pgBenchClients, json,
    IndistinguishableCommand.Create(Number), JamCommand.Create(Number),
};
command.SetAction(async (arguments, stop) =>
{
    var settings = new BenchSettings(
        arguments.GetValue(seconds), arguments.GetValue(warmUp), arguments.GetValue(inFlight), arguments.GetValue(rounds),
        arguments.GetValue(accounts), arguments.GetValue(entries), arguments.GetValue(dayAccounts), arguments.GetValue(orders),
        arguments.GetValue(textbookPool), arguments.GetValue(pgBenchClients));
    await using var stage = await BenchStage.StartAsync(Path.Combine(Repository.Root, ".data", "bench"), settings, Console.WriteLine, stop);
    var results = new Results();
    Row[] all =
    [
        .. new LimitRows(stage).All(),
        .. new TransferRows(stage, results).All(),
        .. new NewsRows(stage, results).All(),
        .. new ReadRows(stage).All(),
        .. new SignInRows(stage).All(),
        .. new ComparisonRows(stage).All(),
        .. new EndOfDayRows(stage).All(),
    ];
    string[] wanted =
    [
        .. (arguments.GetValue(rowNames) ?? [])
            .SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
    ];
    if (wanted.FirstOrDefault(name => !all.Any(row => Is(row, name))) is { } unknown)
        throw new LaunchException($"There is no row {unknown}; there are: {string.Join(' ', all.Select(row => row.Name))}.");

    Row[] chosen = [.. all.Where(row => wanted.Length == 0 || wanted.Any(name => Is(row, name)))];
    try
    {
        foreach (var row in chosen)
        {
            try
            {
                await Measurement.TakeAsync(row, stage, results, Console.WriteLine, stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                Console.WriteLine($"  The row failed and is void. {e}");
                results.Fail(row.Name, e);
            }

            // After each: a run is long, and what it has found should survive its end.
            if (arguments.GetValue(json) is { } file)
                await File.WriteAllTextAsync(file.FullName, Report.ToJson(chosen, results, settings), stop);
        }
    }
    finally
    {
        Report.Print(chosen, results);
    }

    return chosen.Any(row => results.IsVoid(row.Name)) ? 1 : 0;
});
using var signals = new StopSignals();
try
{
    return await command.Parse(args).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, signals.Token);
}
catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
{
    const int Interrupted = 130;
    return Interrupted;
}
catch (LaunchException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

static bool Is(Row row, string name) => row.Name == name || row.Name.StartsWith(name + ".", StringComparison.Ordinal);

static Option<int> Number(string name, string description, int standard, int min, int max)
{
    var range = string.Create(CultureInfo.InvariantCulture, $"{min} to {max}");
    var option = new Option<int>(name) { HelpName = "N", Description = $"{description} {range}.", DefaultValueFactory = _ => standard };
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var value && (value < min || value > max))
            result.AddError($"{name} must be {range}.");
    });
    return option;
}
