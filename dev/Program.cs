using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using BktSmart.Dev;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Commands;
using BktSmart.Dev.Staff;
using Grpc.Core;

const string Staff = "staff";
var data = new Option<string?>(
    "--data") { HelpName = "DIR", Description = "Where the bank keeps its data (default .data/run; of the demo .data/demo)." };
var port = new Option<int?>(
    "--port") { HelpName = "N", Description = "The gRPC port (default: the last one, or a free one from 5101 on)." };
var database = new Option<string>(
    "--database") { HelpName = "NAME", Description = "The name of the database.", DefaultValueFactory = _ => "bktsmart" };
var origin = new Option<string?>(
    "--origin") { HelpName = "URL", Description = "Let pages from there, such as http://localhost:5173, call by gRPC-Web." };
var demo = new Option<bool>("--demo") { Description = "Play the demo on the real processes, check every step, and stop." };
// For ./run, before it builds the rest.
var check = new Option<bool>("--check") { Hidden = true, Description = "Only say what would keep the bank from starting." };
data.Validators.Add(result =>
{
    var folder = result.GetValueOrDefault<string?>();
    if (string.IsNullOrWhiteSpace(folder))
        result.AddError("--data takes the path of a folder.");
    for (var path = folder; !string.IsNullOrWhiteSpace(path); path = Path.GetDirectoryName(path))
    {
        if (File.Exists(path))
            result.AddError($"--data takes the path of a folder, and {path} is a file.");
    }
});
database.Validators.Add(result =>
{
    if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
        result.AddError("--database takes the name of a database.");
});
origin.Validators.Add(result =>
{
    if (result.GetValueOrDefault<string?>() is { } text && !text.Split(',', StringSplitOptions.TrimEntries).All(RunSettings.IsOrigin))
        result.AddError(
            $"--origin takes https://host or https://host:port, with http for this machine only (http://localhost:5173), not '{text}'.");
});
port.CustomParser = result =>
{
    var text = result.Tokens[0].Value;
    if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535)
        return number;
    result.AddError($"--port takes a number from 1 to 65535, not '{text}'.");
    return null;
};

// No RootCommand: that one has the name of the program file.
var root = new Command("./run", "Starts BktSmart on this machine: PostgreSQL, a silo and the API. Ctrl-C or SIGTERM stops them.")
{
    data, port, database, origin, demo, check, new HelpOption(), new VersionOption(),
};
root.SetAction((arguments, stop) => arguments.GetValue(check)
    ? CheckCommand.RunAsync(Settings(arguments), stop)
    : RunCommand.RunAsync(Settings(arguments), stop));

var role = new Option<string[]>("--role") { Description = "What the member of staff may do.", DefaultValueFactory = _ => ["branch"] };
role.AcceptOnlyFromAmong("branch", "contact-centre", "operations", "auditor");
var subject = new Option<string>("--subject") { Description = "Who it is, for the audit trail.", DefaultValueFactory = _ => "teller-1" };
subject.Validators.Add(result =>
{
    if (!StaffIssuer.IsSubject(result.GetValueOrDefault<string>()))
        result.AddError("--subject takes 1 to 255 visible ASCII characters, without a space.");
});
var token = new Command("token", "Prints a staff token for the bank of a data folder.") { data, role, subject };
token.SetAction(arguments =>
{
    var settings = SettingsOfBank(arguments);
    var issuer = new StaffIssuer(Path.Combine(settings.DataFolder, Staff), settings.Clock);
    Terminal.Say(issuer.Issue(arguments.GetValue(subject)!, arguments.GetValue(role)!));
});
root.Add(token);

var time = new Argument<string?>("time")
{
    Arity = ArgumentArity.ZeroOrOne,
    Description = "Of Tirana: 20:01, when it is that the next time, or 2026-12-02T06:00. Without it, only says what time it is.",
};
var clock = new Command("clock", "Moves on the clock that the bank of a data folder goes by.") { data, time };
time.Validators.Add(result =>
{
    if (result.Tokens is [var token, ..] && !LocalClock.IsTime(token.Value))
        result.AddError($"The time is one of Tirana, such as 20:01 or 2026-12-02T06:00, not '{token.Value}'.");
});
clock.SetAction(async (arguments, stop) =>
{
    var ofBank = SettingsOfBank(arguments).Clock;
    if (arguments.GetValue(time) is { } to)
        await ofBank.MoveAsync(ofBank.Next(to), stop);
    Terminal.Say(LocalClock.Describe(ofBank.GetUtcNow()));
});
root.Add(clock);

var command = new Argument<string[]>(
    "command") { Arity = ArgumentArity.OneOrMore, Description = "After --: the program and its arguments." };
var parent = new Option<string>(
    "--data") { HelpName = "DIR", Required = true, Description = "The folder in which a temporary one is made." };
var postgres = new Command("postgres", "Runs a command beside a temporary PostgreSQL server (BKT_TEST_DATABASE).") { parent, command };
postgres.SetAction((arguments, stop) => PostgresCommand.RunAsync(arguments.GetValue(parent)!, arguments.GetValue(command)!, stop));
root.Add(postgres);

var before = new Command("version-before", "Builds the version before this one, for the tests of an upgrade.");
before.SetAction((_, stop) => VersionBefore.BuildAsync(stop));
root.Add(before);

var parsed = root.Parse(args);
if (parsed.Errors is [var error, ..])
{
    var chosen = parsed.CommandResult.Command;
    Terminal.Complain($"{error.Message}\n./run {(chosen == root ? "" : chosen.Name + " ")}--help lists the choices.");
    const int WrongUsage = 2;
    return WrongUsage;
}

using var signals = new StopSignals();
try
{
    // The parser would end the process two seconds after a signal; stopping a bank takes what it takes.
    var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
    return await parsed.InvokeAsync(invocation, signals.Token);
}
catch (LaunchException e)
{
    Terminal.Complain(e.Message);
    return 1;
}
catch (Exception e) when (signals.Token.IsCancellationRequested && e is (OperationCanceledException or RpcException))
{
    const int Interrupted = 130;
    return Interrupted;
}

RunSettings SettingsOfBank(ParseResult arguments)
{
    var settings = Settings(arguments);
    return Directory.Exists(Path.Combine(settings.DataFolder, Staff))
        ? settings
        : throw new LaunchException($"There is no bank in {settings.DataFolder}. Start one with ./run, or name its folder with --data.");
}

RunSettings Settings(ParseResult arguments)
{
    var isDemo = arguments.GetValue(demo);
    var folder = arguments.GetValue(data) ?? Path.Combine(Repository.Root, ".data", isDemo ? "demo" : "run");
    return new RunSettings(Path.GetFullPath(folder), arguments.GetValue(database)!, arguments.GetValue(port), isDemo,
        arguments.GetValue(origin));
}
