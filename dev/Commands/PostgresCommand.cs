using System.Diagnostics;
using BktSmart.Dev.Database;
using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Commands;

/// <summary>
/// Runs a command beside a private PostgreSQL server and passes on its exit code. The command finds the administrator's connection
/// string in <c>BKT_TEST_DATABASE</c> and a folder for its own files in <c>BKT_TEST_FOLDER</c>; both are gone afterwards. With
/// <c>BKT_DATABASE</c> set, that server takes the place of the private one.
/// </summary>
internal static class PostgresCommand
{
    private static readonly TimeSpan CommandGrace = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Youth = TimeSpan.FromMinutes(1);

    /// <param name="parent">The folder in which this run makes its own, beside those of other runs.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="stop">Ends the command.</param>
    public static async Task<int> RunAsync(string parent, IReadOnlyList<string> command, CancellationToken stop)
    {
        Directory.CreateDirectory(parent);
        Sweep(parent);
        var folder = Path.Combine(Path.GetFullPath(parent), Guid.NewGuid().ToString("N")[..12]);
        using var data = DataFolder.Open(folder, Terminal.Say);
        try
        {
            if (RunSettings.ForeignServer is { } server)
                return await RunAsync(command, server, folder, stop);

            var settings = new Dictionary<string, string>
            {
                // Each database of a test has pools of its own.
                ["max_connections"] = "800",
                // The server is gone with the run: nothing on it has to outlive the machine.
                ["fsync"] = "off",
            };
            await using var postgres = await LocalPostgres.StartAsync(data, Terminal.Say, settings, stop);
            return await RunAsync(command, postgres.AdminConnectionString, folder, stop);
        }
        finally
        {
            Delete(folder);
        }
    }

    // What a run left behind that was killed. Not a young folder: another run may be about to take it.
    private static void Sweep(string parent)
    {
        foreach (var folder in Directory.EnumerateDirectories(parent).Where(
            folder => DateTime.UtcNow - Directory.GetCreationTimeUtc(folder) > Youth))
        {
            try
            {
                using var data = DataFolder.Open(folder, Terminal.Say);
                Delete(data.Root);
            }
            catch (LaunchException)
            {
                // That run is still going on.
            }
        }
    }

    private static void Delete(string folder)
    {
        LocalPostgres.Delete(folder);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<int> RunAsync(IReadOnlyList<string> command, string connectionString, string folder, CancellationToken stop)
    {
        // Same terminal, same process group: a Ctrl-C reaches the command by itself.
        var start = new ProcessStartInfo(command[0], command.Skip(1));
        start.Environment["BKT_TEST_DATABASE"] = connectionString;
        start.Environment["BKT_TEST_FOLDER"] = folder;
        using var process = Process.Start(start) ?? throw new LaunchException($"{command[0]} could not be started.");
        try
        {
            await process.WaitForExitAsync(stop);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            SignalSender.Send(process.Id, Signal.Terminate);
            using var patience = new CancellationTokenSource(CommandGrace);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }

            const int Interrupted = 130;
            return Interrupted;
        }
    }
}
