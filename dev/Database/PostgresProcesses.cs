using System.Globalization;
using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Database;

/// <summary>
/// The processes of one cluster, known by their working directory: postmaster and children alike stand in the data directory of their
/// cluster, whoever started them and whoever died. Needs <c>/proc</c>; elsewhere none are found and PostgreSQL's own lock file has to do.
/// </summary>
internal static class PostgresProcesses
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Kills every process of the cluster and waits until they are gone, so that its files are nobody's.</summary>
    public static void Kill(string clusterData)
    {
        var deadline = DateTime.UtcNow + Deadline;
        // Until none is left: a postmaster may have been starting a child while the list was made.
        while (Of(clusterData) is { Count: > 0 } pids)
        {
            if (DateTime.UtcNow > deadline)
                throw new LaunchException($"The PostgreSQL processes {string.Join(", ", pids)} of {clusterData} cannot be ended.");
            foreach (var pid in pids)
                SignalSender.Send(pid, Signal.Kill);
            Thread.Sleep(20);
        }
    }

    private static List<int> Of(string clusterData) =>
        !Directory.Exists("/proc/self")
            ? []
            : [.. Directory.EnumerateDirectories("/proc")
                .Select(
                    path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
                .Where(pid => pid > 0 && StandsIn(pid, clusterData))];

    private static bool StandsIn(int pid, string clusterData)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").TrimEnd() is "postgres" or "postmaster"
                && new FileInfo($"/proc/{pid}/cwd").LinkTarget == clusterData
                && ProcessIdentity.Of(pid) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // gone meanwhile, or not ours
        }
    }
}
