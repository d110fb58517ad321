using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BktSmart.Bench;
using BktSmart.Dev;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Database;
using BktSmart.Dev.Processes;

var seconds = new Option<int>("--seconds") { Description = "How long each row is measured, 1 to 60.", DefaultValueFactory = _ => 10 };
var inFlight = new Option<int>("--in-flight") { Description = "Calls under way at one time, 1 to 1000.", DefaultValueFactory = _ => 64 };
var customers = new Option<int>("--customers") { Description = "Customers with an account each, 2 to 500.", DefaultValueFactory = _ => 50 };
var rows = new Option<string[]>("--rows") { Description = "Only these rows.", AllowMultipleArgumentsPerToken = true };
var json = new Option<FileInfo?>("--json") { Description = "Also writes the figures to this file." };
InRange(seconds, 1, 60);
InRange(inFlight, 1, 1000);
InRange(customers, 2, 500);

var command = new RootCommand("Measures the bank on this machine, over gRPC, on real processes.") { seconds, inFlight, customers, rows, json };
command.SetAction(async (arguments, stop) =>
{
    using var data = DataFolder.Open(Path.Combine(Repository.Root, ".data", "bench"), Console.WriteLine);
    await using var postgres = await LocalPostgres.StartAsync(data, Console.WriteLine, cancellationToken: stop);
    await using var database = await LocalDatabase.CreateAsync(postgres.AdminConnectionString, $"bench_{Guid.NewGuid():N}"[..20], cancellationToken: stop);
    try
    {
        await using var bank = new LocalBank(new LocalBankOptions
        {
            Data = data,
            OwnerConnectionString = database.OwnerConnectionString,
            SiloConnectionString = database.SiloConnectionString,
            Say = Console.WriteLine,
        });
        await bank.StartAsync(stop);
        Console.WriteLine($"Signing in {arguments.GetValue(customers)} customers.");
        using var load = await Load.PrepareAsync(bank, arguments.GetValue(customers), stop);

        var wanted = arguments.GetValue(rows) ?? [];
        var measured = new List<Measurement>();
        foreach (var (name, call) in load.Rows.Where(row => wanted.Length == 0 || wanted.Contains(row.Name)))
        {
            var duration = TimeSpan.FromSeconds(arguments.GetValue(seconds));
            measured.Add(await Measurement.TakeAsync(name, call, arguments.GetValue(inFlight), duration, stop));
            await load.RefreshSessionsAsync(stop);
        }

        var sound = await Verification.RunAsync(database.SiloConnectionString, stop);
        Report.Print(measured, sound);
        if (arguments.GetValue(json) is { } file)
            await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(new { sound, rows = measured }, JsonSerializerOptions.Web), stop);
        return sound ? 0 : 1;
    }
    finally
    {
        await database.DropAsync(CancellationToken.None);
    }
});
return await command.Parse(args).InvokeAsync();

static void InRange(Option<int> option, int min, int max) => option.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is var value && (value < min || value > max))
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be {min} to {max}."));
});
