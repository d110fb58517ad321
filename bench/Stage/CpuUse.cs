using System.Diagnostics;
using System.Globalization;

namespace BktSmart.Bench.Stage;

/// <summary>How much processor time processes of this machine have used, from <c>/proc</c>.</summary>
internal sealed class CpuUse(IReadOnlyDictionary<string, Func<IEnumerable<int>>> processes)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    private readonly Stopwatch _watch = new();
    private Dictionary<string, double> _before = [];
    private double _machineBefore;

    public void Start()
    {
        (_before, _machineBefore) = (Snapshot(), Machine());
        _watch.Restart();
    }

    /// <summary>Cores that each was busy with since <see cref="Start"/>, and those of everything else on the machine.</summary>
    /// <param name="more">Cores of a process that is known otherwise.</param>
    public Dictionary<string, double> Stop(string? name = null, double more = 0)
    {
        var seconds = _watch.Elapsed.TotalSeconds;
        var cores = Snapshot().ToDictionary(process => process.Key, process => (process.Value - _before[process.Key]) / seconds);
        var machine = (Machine() - _machineBefore) / seconds;
        if (name is not null)
            cores[name] = more;
        cores["other"] = Math.Max(0, machine - cores.Values.Sum());
        return cores;
    }

    // user, nice, system, idle, iowait, irq, softirq, steal: all but the two that wait
    private static double Machine()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9];
        return fields.Where((_, i) => i is not (3 or 4)).Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>A process and its children; the time of children that ended is in the parent's.</summary>
    public static IEnumerable<int> Family(int parent) =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && (pid == parent || ParentOf(pid) == parent));

    public static int? ParentOf(int pid) => Fields(pid) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : null;

    private Dictionary<string, double> Snapshot() =>
        processes.ToDictionary(process => process.Key, process => process.Value().Sum(Seconds));

    // utime, stime and those of children that were waited for
    private static double Seconds(int pid) =>
        Fields(pid) is { } fields ? fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond : 0;

    /// <summary>The fields after "pid (name) ": the name may hold spaces and brackets.</summary>
    private static string[]? Fields(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it has ended
        }
    }
}
