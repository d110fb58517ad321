using System.CommandLine;
using BktSmart.Dev;
using BktSmart.Dev.Commands;
using BktSmart.Dev.Staff;
using Grpc.Core;

var data = new Option<string?>(
    "--data") { HelpName = "DIR", Description = "Where the bank keeps its data (default .data/run; of the demo .data/demo)." };
var port = new Option<int?>(
    "--port") { HelpName = "N", Description = "The gRPC port (default: the last one, or a free one from 5101 on)." };
var database = new Option<string>(
    "--database") { HelpName = "NAME", Description = "The name of the database.", DefaultValueFactory = _ => "bktsmart" };
var demo = new Option<bool>("--demo") { Description = "Play the demo on the real processes, check every step, and stop." };
// For ./run, before it builds the rest: an option and no verb, so that the help beside an error is that of ./run.
var check = new Option<bool>("--check") { Hidden = true, Description = "Only say what would keep the bank from starting." };
port.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int?>() is < 1 or > 65535)
        result.AddError("--port takes a number from 1 to 65535.");
});

var root = new RootCommand("Starts BktSmart on this machine: PostgreSQL, a silo and the API.") { data, port, database, demo, check };
root.SetAction((arguments, stop) => arguments.GetValue(check)
    ? CheckCommand.RunAsync(Settings(arguments), stop)
    : RunCommand.RunAsync(Settings(arguments), stop));

var role = new Option<string[]>("--role") { Description = "What the member of staff may do.", DefaultValueFactory = _ => ["branch"] };
role.AcceptOnlyFromAmong("branch", "contact-centre", "operations", "auditor");
var subject = new Option<string>("--subject") { Description = "Who it is, for the audit trail.", DefaultValueFactory = _ => "teller-1" };
var token = new Command("token", "Prints a staff token for the bank of a data folder.") { data, role, subject };
token.SetAction(arguments =>
{
    var issuer = new StaffIssuer(Path.Combine(Settings(arguments).DataFolder, "staff"));
    Terminal.Say(issuer.Issue(arguments.GetValue(subject)!, arguments.GetValue(role)!));
});
root.Add(token);

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

using var signals = new StopSignals();
try
{
    // The parser would end the process two seconds after a signal; stopping a bank takes what it takes.
    var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
    return await root.Parse(args).InvokeAsync(invocation, signals.Token);
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

RunSettings Settings(ParseResult arguments)
{
    var isDemo = arguments.GetValue(demo);
    var folder = arguments.GetValue(data) ?? Path.Combine(Repository.Root, ".data", isDemo ? "demo" : "run");
    return new RunSettings(Path.GetFullPath(folder), arguments.GetValue(database)!, arguments.GetValue(port), isDemo);
}
