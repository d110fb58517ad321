using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BktSmart.Bench.Stage;

/// <summary>What a commit costs at least: 8 KiB written over in place and <c>fdatasync</c>, as PostgreSQL writes its log.</summary>
internal static class Disk
{
    private const int Block = 8192;
    private const int WarmUps = 50;

    /// <summary>The median in milliseconds, in a file of this folder.</summary>
    public static double FdatasyncMs(string folder, TimeSpan duration)
    {
        var path = Path.Combine(folder, "fdatasync.tmp");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        var block = new byte[Block];
        var times = new List<double>();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration || times.Count <= WarmUps;)
        {
            var started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file.SafeFileHandle, block, 0);
            if (Fdatasync(file.SafeFileHandle) != 0)
                throw new IOException("fdatasync failed.");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.RemoveRange(0, WarmUps);
        times.Sort();
        return times[times.Count / 2];
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fdatasync(SafeHandle file);
}
