using System.Text;
using BktSmart.Ledger;

namespace BktSmart.Silo.Verification;

/// <summary>
/// Heads of proofs, one line of JSON each, where the database cannot reach: each proof holds the ledger to all of them, and adds its own.
/// </summary>
internal sealed class HeadsFile(string path)
{
    /// <summary>What is in it; nothing if there is none. A last line that was cut off while it was written does not count.</summary>
    /// <exception cref="InvalidDataException">A line is not one of heads.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<IReadOnlyList<LedgerHeads>> ReadAsync()
    {
        if (!File.Exists(path))
            return [];
        var lines = (await File.ReadAllTextAsync(path)).Split('\n');
        return [.. lines[..^1].Select((line, i) =>
            LedgerHeads.Parse(line) ?? throw new InvalidDataException($"line {i + 1} of {path} is not one that a proof wrote"))];
    }

    /// <summary>Adds a line, and waits until the disk has it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task AddAsync(LedgerHeads heads)
    {
        await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        file.SetLength(await EndOfLastLineAsync(file));
        file.Seek(0, SeekOrigin.End);
        await file.WriteAsync(Encoding.UTF8.GetBytes($"{heads}\n"));
        file.Flush(flushToDisk: true);
    }

    private static async Task<long> EndOfLastLineAsync(FileStream file)
    {
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return Array.LastIndexOf(bytes, (byte)'\n') + 1;
    }
}
