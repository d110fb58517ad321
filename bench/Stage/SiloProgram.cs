using System.Diagnostics;
using BktSmart.Dev;

namespace BktSmart.Bench.Stage;

/// <summary>The verbs of the silo's program.</summary>
internal static class SiloProgram
{
    /// <param name="silo">The path of the program.</param>
    public static Task<Verdict> VerifyAsync(string silo, string siloConnectionString, CancellationToken stop) =>
        RunAsync(silo, "verify", "Database__ConnectionString", siloConnectionString, stop);

    /// <inheritdoc cref="VerifyAsync"/>
    public static async Task MigrateAsync(string silo, string ownerConnectionString, CancellationToken stop)
    {
        var migrated = await RunAsync(silo, "migrate", "Database__MigrationConnectionString", ownerConnectionString, stop);
        if (!migrated.Sound)
            throw new LaunchException($"The migration failed.\n{migrated.Output}");
    }

    private static async Task<Verdict> RunAsync(string silo, string verb, string setting, string connectionString, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var (exitCode, output) = await Programs.RunAsync(
            "dotnet", [silo, verb], new() { [setting] = connectionString }, stop);
        return new Verdict(exitCode == 0, watch.Elapsed.TotalSeconds, output.Trim());
    }
}
