using BktSmart;
using BktSmart.Silo.Hosting;
using BktSmart.Silo.Messages;
using BktSmart.Silo.Migration;
using BktSmart.Silo.Verification;

// silo            runs a silo
// silo migrate    brings the schema of the database up to date and ends
// silo verify     proves the invariants of the ledger and ends; exit code 1 if one is violated; "verify new" proves only what came since the last proof
if (args is ["migrate"])
    return await MigrateCommand.RunAsync(args);
if (args is ["verify"] or ["verify", "new"])
    return await VerifyCommand.RunAsync([], onlyNew: args.Length == 2);
if (args is [not ['-', ..], ..])
{
    await Console.Error.WriteLineAsync($"silo: there is no command '{args[0]}'; there are: migrate, verify, and none to run a silo.");
    return 2;
}

// Settings lie beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (await StartupChecks.FindProblemsAsync(builder.Configuration, builder.Environment) is { Count: > 0 } problems)
{
    foreach (var problem in problems)
        await Console.Error.WriteLineAsync($"silo: {problem}");
    return 1;
}

builder.AddDatabase();
builder.AddMessages();
builder.AddTelemetry();
builder.Host.UseOrleans(silo => silo
    .AddCluster(builder.Configuration, builder.Environment)
    .AddBank(builder.Configuration));
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(60));

var app = builder.Build();
app.MapHealth();
app.MapPrometheusScrapingEndpoint("/metrics");
await app.RunAsync();
return 0;
