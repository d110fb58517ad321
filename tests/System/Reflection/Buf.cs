using System.ComponentModel;
using BktSmart.Dev;

namespace BktSmart.Reflection;

/// <summary>A gRPC client that knows nothing of the bank: buf, from the PATH or from npm.</summary>
internal static class Buf
{
    /// <summary>Null where it is not here and npm cannot install it.</summary>
    public static async Task<string?> FindAsync()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "buf"));
        // A folder of its own: npm must not install into one folder twice at once.
        var tools = Path.Combine(Repository.Root, ".data", "tools", "system");
        var installed = Path.Combine(tools, "node_modules", ".bin", "buf");
        if (onPath.Append(installed).FirstOrDefault(File.Exists) is { } found)
            return found;

        Directory.CreateDirectory(tools);
        try
        {
            await TestProgram.RunAsync("npm", ["install", "--no-audit", "--no-fund", "--prefix", tools, "@bufbuild/buf@1.75.0"], tools);
        }
        catch (Exception exception) when (exception is Win32Exception or OperationCanceledException)
        {
            return null;
        }

        return File.Exists(installed) ? installed : null;
    }
}
