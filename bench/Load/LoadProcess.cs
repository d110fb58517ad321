using System.Diagnostics;
using System.Text.Json;
using BktSmart.Dev;

namespace BktSmart.Bench.Load;

/// <summary>Runs a load in a process of its own, so that it shares nothing with the servers but the machine.</summary>
internal static class LoadProcess
{
    /// <param name="begun">Called when the measurement begins.</param>
    /// <param name="ended">Called when it has ended.</param>
    public static async Task<LoadResult> RunAsync(LoadSpec spec, Action begun, Action ended, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], LoadWorker.Verb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(spec, LoadSpec.Json).AsMemory(), stop);
            if (await process.StandardOutput.ReadLineAsync(stop) != LoadWorker.Begun)
                throw new LaunchException("The load process did not begin; its message is above.");
            begun();
            var result = await process.StandardOutput.ReadLineAsync(stop) ?? throw new LaunchException("The load process ended without a result; its message is above.");
            ended();
            await process.WaitForExitAsync(stop);
            return JsonSerializer.Deserialize<LoadResult>(result, LoadSpec.Json)!;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
