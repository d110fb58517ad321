using System.Diagnostics;
using BktSmart.Infrastructure;

namespace BktSmart.Protos;

public sealed class BufLintTest
{
    [Fact]
    public async Task Lint_Protos_FindsNothing()
    {
        var buf = await FindBuf();
        Assert.SkipWhen(buf is null, "buf is not here and npm cannot install it.");

        var (exitCode, output) = await Run(buf, ["lint"], Path.Combine(Repository.Root, "api", "Protos"));
        Assert.True(exitCode == 0, output);
    }

    private static async Task<string?> FindBuf()
    {
        var onPath = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "buf"));
        var tools = Path.Combine(Repository.Root, ".data", "tools");
        var installed = Path.Combine(tools, "node_modules", ".bin", "buf");
        if (onPath.Append(installed).FirstOrDefault(File.Exists) is { } found)
            return found;

        Directory.CreateDirectory(tools);
        try
        {
            await Run("npm", ["install", "--no-audit", "--no-fund", "--prefix", tools, "@bufbuild/buf@1"], tools);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            return null;
        }

        return File.Exists(installed) ? installed : null;
    }

    private static async Task<(int ExitCode, string Output)> Run(string program, string[] arguments, string folder)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(1));
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, output + await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
