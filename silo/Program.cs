using BktSmart.Silo.Hosting;
using BktSmart.Silo.Migration;
using BktSmart.Silo.Verification;
using Npgsql;

// silo            runs a silo
// silo migrate    brings the schema of the database up to date and ends
// silo verify     proves the invariants of the ledger and ends; exit code 1 if one is violated; "verify new" proves only what came
//                 since the last proof
if (args is ["migrate"])
    return await MigrateCommand.RunAsync(args);
if (args is ["verify"] or ["verify", "new"])
    return await VerifyCommand.RunAsync([], onlyNew: args.Length == 2);
if (args is ["verify", ..])
{
    await Console.Error.WriteLineAsync("silo verify takes nothing (it proves the whole ledger) or 'new' (what came since the last proof).");
    return 2;
}

if (args is [not ['-', ..], ..])
{
    await Console.Error.WriteLineAsync($"silo: there is no command '{args[0]}'; there are: migrate, verify, and none to run a silo.");
    return 2;
}

if (StartupProblems.OfMachine is { } machine)
    return Fail([machine]);

try
{
    // Settings lie beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddSilo();

    await using var app = builder.Build();
    app.Services.CheckOptions();
    if (await Schema.FindProblemAsync(app.Services.GetRequiredService<NpgsqlDataSource>()) is { } schema)
        return Fail([schema]);
    if (await ClockCheck.FindProblemAsync(app.Services) is { } clock)
        return Fail([clock]);
    app.MapHealth();
    app.MapPrometheusScrapingEndpoint("/metrics");
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (StartupProblems.Describe(exception) is { } problems)
{
    return Fail(problems);
}

static int Fail(IEnumerable<string> problems)
{
    foreach (var problem in problems)
        Console.Error.WriteLine($"silo: {problem}");
    return 1;
}
