using System.Diagnostics;
using System.Text.Json;
using BktSmart.Dev;

namespace BktSmart.Bench.Load;

/// <summary>
/// Runs loads in processes of their own, so that they share nothing with the servers but the machine; a process that has done its work
/// takes the next.
/// </summary>
internal sealed class LoadProcesses : IDisposable
{
    private readonly Stack<Process> _idle = new();

    public Task<LoadResult> RunAsync(LoadSpec spec, CancellationToken stop) => RunAsync(spec, () => { }, _ => { }, stop);

    /// <param name="begun">Called when the measurement begins.</param>
    /// <param name="ended">Called with the result when it has ended.</param>
    public async Task<LoadResult> RunAsync(LoadSpec spec, Action begun, Action<LoadResult> ended, CancellationToken stop)
    {
        var process = _idle.TryPop(out var idle) ? idle : Start();
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(spec, LoadSpec.Json).AsMemory(), stop);
            await process.StandardInput.FlushAsync(stop);
            if (await process.StandardOutput.ReadLineAsync(stop) != LoadWorker.Begun)
                throw Died();
            begun();
            var result = JsonSerializer.Deserialize<LoadResult>(
                await process.StandardOutput.ReadLineAsync(stop) ?? throw Died(), LoadSpec.Json)!;
            ended(result);
            if (await process.StandardOutput.ReadLineAsync(stop) != LoadWorker.Idle)
                throw Died();
            _idle.Push(process);
            return result;
        }
        catch
        {
            End(process);
            throw;
        }
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var process))
            End(process);
    }

    private static Process Start() => Process.Start(new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], LoadWorker.Verb])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    private static void End(Process process)
    {
        process.Kill();
        process.Dispose();
    }

    private static LaunchException Died() => new("A load process ended without a result; its message is above.");
}
