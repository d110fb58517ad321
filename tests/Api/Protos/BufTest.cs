using System.Diagnostics;
using System.Reflection;
using BktSmart.Infrastructure;

namespace BktSmart.Protos;

/// <summary>The rules of buf, for a folder of the protos with those that they import.</summary>
public sealed class BufTest : IDisposable
{
    private const string Version = "1.75.0";

    private readonly string _workspace = Directory.CreateTempSubdirectory("bktsmart-protos-").FullName;

    [Fact]
    public async Task Lint_Protos_FindsNothing() => await AssertNothingFound("lint");

    /// <summary>What was promised to apps stays: promised.binpb is the image of the protos of the last promise.</summary>
    [Fact]
    public async Task Breaking_SinceTheLastPromise_FindsNothing() =>
        await AssertNothingFound("breaking", "--against", Path.Combine(Protos, "promised.binpb"));

    public void Dispose() => Directory.Delete(_workspace, recursive: true);

    private static string Protos => Path.Combine(Repository.Root, "api", "Protos");

    /// <summary>The protos of Google, from the package that the API is built with.</summary>
    private static string CommonProtos => typeof(BufTest).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "CommonProtos").Value!;

    private async Task AssertNothingFound(params string[] arguments)
    {
        var buf = await FindBuf();
        Assert.SkipWhen(buf is null, "buf is not here and npm cannot install it.");

        Copy(Protos, "buf.yaml");
        Copy(Protos, "*.proto");
        Copy(CommonProtos, "field_behavior.proto");
        Copy(CommonProtos, "resource.proto");
        Copy(CommonProtos, "error_details.proto");
        var (exitCode, output) = await Run(buf, arguments, _workspace);
        Assert.True(exitCode == 0, output);
    }

    /// <param name="names">A pattern; the files keep their folders.</param>
    private void Copy(string from, string names)
    {
        foreach (var file in Directory.EnumerateFiles(from, names, SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_workspace, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
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
            await Run("npm", ["install", "--no-audit", "--no-fund", "--prefix", tools, $"@bufbuild/buf@{Version}"], tools);
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
