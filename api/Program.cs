using BktSmart.Admission;
using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Ledger;
using BktSmart.Notifications;

if (StartupProblems.OfMachine is { } problem)
    return Fail([problem]);

try
{
    // The settings are found wherever the program is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.Services.AddBankClock();
    // Everything here is about customers and staff.
    builder.Services.AddSingleton(services => services.GetBankClock());
    builder.AddTelemetry();
    builder.AddCluster();
    builder.AddLedger();
    builder.AddAdmission();
    builder.AddAuthentication();
    builder.AddNotifications();
    builder.AddGrpcFrontEnd();
    builder.AddListeners();
    builder.AddBrowsers();
    builder.AddOperationsEndpoint();

    await using var app = builder.Build();
    app.Services.CheckOptions();
    app.UseForwardedHeaders();
    app.UseBrowsers();
    app.UseAdmission();
    app.KeepListenersApart();
    app.UseLibraryRefusals();
    app.MapGrpcFrontEnd();
    app.MapOperations();
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
        Console.Error.WriteLine(problem);
    return 1;
}
