using System.Text.Json;

namespace BktSmart.Dev.Processes;

/// <summary>Remembers a child beyond the death of the launcher, so that the next start can clean up.</summary>
internal static class PidFile
{
    private const string Extension = ".pid.json";

    public static string PathOf(string folder, string name) => Path.Combine(folder, name + Extension);

    public static void Write(string path, ProcessIdentity identity)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(identity));
    }

    /// <summary>
    /// Kills the children that a launcher left behind when it was killed. They lose nothing: the database decides what happened.
    /// </summary>
    public static void KillLeftovers(string folder, Action<string> say)
    {
        if (!Directory.Exists(folder))
            return;

        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension, SearchOption.AllDirectories))
        {
            if (Read(path) is { IsAlive: true } leftover)
            {
                say(
                    $"Ending {Path.GetFileName(path)[..^Extension.Length]} (process {leftover.Pid}), left over from a launcher that was "
                        + "killed.");
                SignalSender.Send(leftover.Pid, Signal.Kill);
            }

            File.Delete(path);
        }
    }

    private static ProcessIdentity? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ProcessIdentity>(File.ReadAllText(path));
        }
        catch (JsonException)
        {
            return null; // torn by a crash while it was written
        }
    }
}
