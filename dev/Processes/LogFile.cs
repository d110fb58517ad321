using System.Text;

namespace BktSmart.Dev.Processes;

internal static class LogFile
{
    private const int TailBytesMax = 16 * 1024;

    /// <summary>The last lines of a log, indented, from <paramref name="start"/> on; "(empty)" where there is nothing.</summary>
    public static string Tail(string path, int linesMax = 25, long start = 0)
    {
        if (!File.Exists(path))
            return "  (empty)";

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = Math.Min(file.Length, Math.Max(start, file.Length - TailBytesMax));
        using var reader = new StreamReader(file, Encoding.UTF8);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "  (empty)" : string.Join('\n', lines.TakeLast(linesMax).Select(line => "  " + line.TrimEnd()));
    }

    public static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>The lines behind a position; one without its end is still being written.</summary>
    public static List<ReadOnlyMemory<byte>> CompleteLines(string path, long from)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        if (!File.Exists(path) || new FileInfo(path).Length <= from)
            return lines;

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = from;
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        var rest = new ReadOnlyMemory<byte>(bytes.ToArray());
        for (var end = rest.Span.IndexOf((byte)'\n'); end >= 0; end = rest.Span.IndexOf((byte)'\n'))
        {
            lines.Add(rest[..end]);
            rest = rest[(end + 1)..];
        }

        return lines;
    }
}
