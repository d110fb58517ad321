using System.Diagnostics;
using BktSmart.Dev;

namespace BktSmart.Bench;

/// <summary>Figures count only if the ledger that they made is sound.</summary>
internal static class Verification
{
    public static async Task<bool> RunAsync(string siloConnectionString, CancellationToken stop)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Program("silo", "silo"), "verify"]);
        start.Environment["Database__ConnectionString"] = siloConnectionString;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0;
    }
}
