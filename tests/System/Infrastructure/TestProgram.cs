using System.Diagnostics;
using BktSmart.Dev;

namespace BktSmart.Infrastructure;

/// <summary>How a program ended, and what it said on both outputs.</summary>
public sealed record Ended(int ExitCode, string Output);

/// <summary>Runs a program to its end.</summary>
internal static class TestProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs the silo program.</summary>
    public static Task<Ended> RunSiloAsync(string[] arguments, Dictionary<string, string> environment)
    {
        var dll = Repository.Program("silo", "silo");
        return RunAsync("dotnet", [dll, .. arguments], Path.GetDirectoryName(dll)!, environment);
    }

    /// <summary>Writes a shell script that stands in for a program.</summary>
    public static void Write(string path, string script)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The PATH on which the programs of a folder come first.</summary>
    public static string PathWith(string folder) => $"{folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";

    /// <param name="patience">How long it may take; a minute by default.</param>
    public static async Task<Ended> RunAsync(
        string program, string[] arguments, string folder, Dictionary<string, string>? environment = null, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience ?? Limit);
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment ?? [])
            start.Environment[key] = value;

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        process.StandardInput.Close();
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Ended(process.ExitCode, output + await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
