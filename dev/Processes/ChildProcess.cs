using System.Diagnostics;

namespace BktSmart.Dev.Processes;

/// <summary>
/// A long-running program that the launcher started. It runs in a session of its own, so that a Ctrl-C in the terminal reaches the launcher
/// alone and the order of stopping holds, and writes straight into its log file, so that it does not depend on a pipe to a launcher that
/// may die.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    // The shell only redirects and is replaced by the program: the process id stays the same.
    private const string Redirect = "exec \"$@\" >>\"$0\" 2>&1 </dev/null";

    private readonly Process _process;
    private readonly string _pidFile;

    private ChildProcess(Process process, string pidFile)
    {
        _process = process;
        _pidFile = pidFile;
        Exited = WaitAsync();
    }

    public int Pid => _process.Id;

    /// <summary>Completes with the exit code when the program has ended.</summary>
    public Task<int> Exited { get; }

    /// <param name="name">Names the program in the pid file.</param>
    /// <param name="pidFolder">Where the next launcher looks for leftovers.</param>
    /// <param name="log">The file that standard output and error are appended to.</param>
    /// <param name="workingFolder">A folder that the program may enter.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables on top of the launcher's own.</param>
    public static ChildProcess Start(
        string name, string pidFolder, string log, string workingFolder, IEnumerable<string> command,
        IReadOnlyDictionary<string, string> environment)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var setsid = Command.Find("setsid");
        var start = new ProcessStartInfo(setsid ?? "/bin/sh") { WorkingDirectory = workingFolder, UseShellExecute = false };
        if (setsid is not null)
            start.ArgumentList.Add("/bin/sh");
        foreach (var argument in (IEnumerable<string>)["-c", Redirect, log, .. command])
            start.ArgumentList.Add(argument);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;

        var process = Process.Start(start) ?? throw new LaunchException($"{name} could not be started.");
        var pidFile = PidFile.PathOf(pidFolder, name);
        if (ProcessIdentity.Of(process.Id) is { } identity)
            PidFile.Write(pidFile, identity);
        return new ChildProcess(process, pidFile);
    }

    public void Send(Signal signal)
    {
        if (!Exited.IsCompleted)
            SignalSender.Send(_process.Id, signal);
    }

    /// <summary>Asks the program to end, and ends it with SIGKILL when <paramref name="grace"/> is over.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopAsync(Signal signal, TimeSpan grace)
    {
        Send(signal);
        try
        {
            await Exited.WaitAsync(grace);
            return true;
        }
        catch (TimeoutException)
        {
            Send(Signal.Kill);
            await Exited;
            return false;
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        File.Delete(_pidFile);
        return _process.ExitCode;
    }
}
