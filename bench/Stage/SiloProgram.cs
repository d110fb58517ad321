using System.Diagnostics;
using BktSmart.Dev;

namespace BktSmart.Bench.Stage;

/// <summary>The verbs of the silo's program.</summary>
internal static class SiloProgram
{
    public static Task<Verdict> VerifyAsync(string siloConnectionString, CancellationToken stop) =>
        RunAsync("verify", "Database__ConnectionString", siloConnectionString, stop);

    public static async Task MigrateAsync(string ownerConnectionString, CancellationToken stop)
    {
        var migrated = await RunAsync("migrate", "Database__MigrationConnectionString", ownerConnectionString, stop);
        if (!migrated.Sound)
            throw new LaunchException($"The migration failed.\n{migrated.Output}");
    }

    private static async Task<Verdict> RunAsync(string verb, string setting, string connectionString, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var (exitCode, output) = await Programs.RunAsync(
            "dotnet", [Repository.Program("silo", "silo"), verb], new() { [setting] = connectionString }, stop);
        return new Verdict(exitCode == 0, watch.Elapsed.TotalSeconds, output.Trim());
    }
}
