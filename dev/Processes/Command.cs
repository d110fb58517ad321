using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace BktSmart.Dev.Processes;

/// <summary>A short command that is run to its end.</summary>
internal static class Command
{
    // As in a shell.
    private const int CannotRun = 127;

    /// <summary>Runs a command with no input and gives back what it said on both outputs; 127 where it cannot be run at all.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;

        Process? started;
        try
        {
            started = Process.Start(start);
        }
        catch (Win32Exception e)
        {
            return (CannotRun, e.Message); // for example a link to a program that was removed
        }

        using var process = started ?? throw new LaunchException($"{command[0]} could not be started.");
        process.StandardInput.Close();
        var output = new StringBuilder();
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, output.ToString());

        void Append(string? line)
        {
            if (line is null)
                return;
            lock (output)
                output.AppendLine(line);
        }
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <exception cref="LaunchException">It failed; the message holds what it said.</exception>
    public static async Task<string> RequireAsync(
        string purpose, IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellationToken = default)
    {
        var (code, output) = await RunAsync(command, environment, cancellationToken);
        return code == 0
            ? output
            : throw new LaunchException($"{purpose} failed: {Path.GetFileName(command[0])} ended with {code}.\n{output.TrimEnd()}");
    }

    /// <summary>Where a program is on the PATH, or among those for the administrator; null if nowhere.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
