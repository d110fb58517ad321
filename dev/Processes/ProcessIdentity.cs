using System.Diagnostics;
using System.Globalization;

namespace BktSmart.Dev.Processes;

/// <summary>
/// One process of this machine, for ever: process ids are used again, so the id goes together with the time of birth. Whoever reads it from
/// a file can tell a leftover of their own from a stranger.
/// </summary>
public sealed record ProcessIdentity(int Pid, string Birth)
{
    /// <summary>Whether this very process still runs. A zombie does not.</summary>
    public bool IsAlive => Of(Pid) == this;

    /// <summary>The process that has this id now; null if there is none.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        if (!OperatingSystem.IsLinux())
            return OfForeignSystem(pid);

        try
        {
            // "pid (name) state ppid … starttime …": the name may hold spaces and brackets, so count from the last bracket.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            const int State = 0, StartTime = 19;
            return fields[State] is "Z" or "X" ? null : new ProcessIdentity(pid, $"{BootId.Value}/{fields[StartTime]}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Start times count from the boot.
    private static readonly Lazy<string> BootId = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    private static ProcessIdentity? OfForeignSystem(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return new ProcessIdentity(pid, process.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
