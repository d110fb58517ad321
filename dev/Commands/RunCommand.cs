using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.Dev.Database;
using BktSmart.Dev.Demo;
using BktSmart.Dev.Processes;
using Npgsql;

namespace BktSmart.Dev.Commands;

/// <summary>Starts the whole bank, shows what it sends, and stops it in order: API, silo, database.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(RunSettings settings, CancellationToken stop)
    {
        await CheckCommand.RunAsync(settings, stop);
        using var data = DataFolder.Open(settings.DataFolder, Terminal.Say);
        if (settings.GrpcPort is { } port)
            data.Ports.ReserveExactly(LocalBank.ApiPurpose, port);
        await using var postgres = RunSettings.ForeignServer is null ? await StartPostgresAsync(data, stop) : null;
        await using var database = await LocalDatabase.CreateAsync(
            RunSettings.ForeignServer ?? postgres!.AdminConnectionString, settings.Database, cancellationToken: stop);
        await using var bank = new LocalBank(new LocalBankOptions
        {
            Data = data,
            OwnerConnectionString = database.OwnerConnectionString,
            SiloConnectionString = database.SiloConnectionString,
            ApiSettings = new Dictionary<string, string> { ["Browsers__Origins"] = settings.Origin ?? "" },
            ClockMoves = true,
            Say = Terminal.Say,
        });

        var messagesFrom = bank.Messages.End;
        await bank.StartAsync(stop);
        Terminal.Say(Ready(bank, database, settings));

        var exitCode = settings.Demo
            ? await DemoStory.PlayAsync(bank, Terminal.Say, stop)
            : await ServeAsync(bank, postgres, data, messagesFrom, stop);
        Terminal.Say("Stopping the API, the silo and the database.");
        return exitCode;
    }

    private static async Task<LocalPostgres> StartPostgresAsync(DataFolder data, CancellationToken stop)
    {
        Terminal.Say("Starting PostgreSQL.");
        return await LocalPostgres.StartAsync(data, Terminal.Say, cancellationToken: stop);
    }

    private static string Ready(LocalBank bank, LocalDatabase database, RunSettings settings)
    {
        var server = new NpgsqlConnectionStringBuilder(database.SiloConnectionString);
        var silo = bank.Silos[0];
        return $"ready: gRPC {bank.Address.Customers.Authority}, for staff {bank.Address.Staff.Authority}, "
            + (settings.Origin is null ? "" : $"for browsers {bank.Address.Browsers.Authority}, ")
            + $"silo gateway 127.0.0.1:{silo.GatewayPort}, "
            + $"operations {bank.ApiOperations.Authority} (API) and {silo.Operations.Authority} (silo), database {server.Database} at "
            + $"{server.Host}:{server.Port}";
    }

    private static async Task<int> ServeAsync(
        LocalBank bank, LocalPostgres? postgres, DataFolder data, long messagesFrom, CancellationToken stop)
    {
        var customers = await DemoCustomers.SetUpAsync(bank, data.Path("demo-customers.json"), stop);
        Terminal.Say(Guide.For(bank, customers, data.Root));

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var messages = Task.WhenAll(
            ShowMessagesAsync(bank.Messages, messagesFrom, end.Token), UnsentSms.ShowAsync(data.Log(bank.Silos[0].Name), end.Token));
        var failure = await FailureAsync(bank, postgres, stop);
        await end.CancelAsync();
        await messages;
        if (failure is null)
            return 0;
        Terminal.Complain(failure);
        return 1;
    }

    // Null when it was the user who ended it.
    private static async Task<string?> FailureAsync(LocalBank bank, LocalPostgres? postgres, CancellationToken stop)
    {
        Task<string>[] failures = postgres is null ? [bank.GaveUpAsync()] : [bank.GaveUpAsync(), postgres.GaveUp];
        try
        {
            return await await Task.WhenAny(failures).WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task ShowMessagesAsync(MessageSink sink, long from, CancellationToken end)
    {
        try
        {
            await foreach (var (message, _) in sink.FollowAsync(from, end))
                Terminal.Say(message.ToString());
        }
        catch (OperationCanceledException)
        {
        }
    }
}
