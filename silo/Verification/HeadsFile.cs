using System.Text;
using BktSmart.Ledger;

namespace BktSmart.Silo.Verification;

/// <summary>
/// Heads of proofs, one line of JSON each, where the database cannot reach: each proof holds the ledger to all of them, and adds its own.
/// </summary>
internal sealed class HeadsFile(string path)
{
    /// <summary>What is in it; nothing if there is none. The rest of a line that was cut off does not count.</summary>
    /// <param name="say">Hears what a reader should know.</param>
    /// <exception cref="InvalidDataException">A line is not one of heads.</exception>
    /// <exception cref="IOException">It cannot be read, or its folder does not exist.</exception>
    public async Task<IReadOnlyList<LedgerHeads>> ReadAsync(Action<string> say)
    {
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw new DirectoryNotFoundException($"there is no folder for {path}");
        if (!File.Exists(path))
        {
            say($"{path} is new: there is nothing to hold the ledger to");
            return [];
        }

        var lines = (await File.ReadAllTextAsync(path)).Split('\n');
        var heads = lines[..^1].Select((line, i) =>
            LedgerHeads.Parse(line) ?? throw new InvalidDataException($"line {i + 1} of {path} is not one that a proof wrote")).ToList();
        if (LedgerHeads.Parse(lines[^1]) is { } last)
            heads.Add(last);
        else if (lines[^1].Length > 0)
            say($"{path}: the rest of a line that was cut off is dropped");
        return heads;
    }

    /// <summary>Adds a line, and waits until the disk has it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task AddAsync(LedgerHeads heads)
    {
        await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var isWhole = LedgerHeads.Parse(Encoding.UTF8.GetString(bytes.AsSpan(end))) is not null;
        file.SetLength(isWhole ? bytes.Length : end);
        file.Seek(0, SeekOrigin.End);
        await file.WriteAsync(Encoding.UTF8.GetBytes($"{(isWhole ? "\n" : "")}{heads}\n"));
        file.Flush(flushToDisk: true);
    }
}
