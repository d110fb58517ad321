using System.Diagnostics;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Processes;

namespace BktSmart.Dev;

/// <summary>
/// The version before this one. During a rollout its silos and API nodes work beside ours, on our schema, so tests run them. Its files come
/// from the history of this working copy, and its programs are built from them, once, under <c>.data/version-before</c>.
/// </summary>
public static class VersionBefore
{
    /// <summary>Its last commit. Whoever begins another version moves this on.</summary>
    public const string Commit = "df07a0caf749192497661f31a2eda94c294cf69c";

    private static readonly string Folder = Path.Combine(Repository.Root, ".data", "version-before");
    private static readonly string Source = Path.Combine(Folder, Commit[..12]);
    private static readonly SemaphoreSlim One = new(1);

    /// <summary>A file as it was then.</summary>
    /// <param name="path">From the root of the working copy on, with slashes.</param>
    public static Task<string> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        GitAsync(["show", $"{Commit}:{path}"], cancellationToken);

    /// <summary>The paths of the files that were in a folder then, in order.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken = default) =>
        (await GitAsync(["ls-tree", "--name-only", Commit, $"{folder}/"], cancellationToken)).Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Builds its programs, unless that was done.</summary>
    /// <exception cref="LaunchException">The history does not have it, or it cannot be built.</exception>
    public static async Task<BankPrograms> BuildAsync(CancellationToken cancellationToken = default)
    {
        await One.WaitAsync(cancellationToken);
        try
        {
            if (!Directory.Exists(Source))
                await BuildNewAsync(cancellationToken);
        }
        finally
        {
            One.Release();
        }

        return new BankPrograms(ProgramOf("silo"), ProgramOf("api"));

        static string ProgramOf(string name) => Path.Combine(Source, name, "bin", "Release", "net10.0", $"{name}.dll");
    }

    // In a folder of its own that is renamed at the end: another run may do the same at this moment, and one that is cut off leaves nothing
    // that looks built.
    private static async Task BuildNewAsync(CancellationToken cancellationToken)
    {
        var work = Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N")[..12])).FullName;
        try
        {
            var archive = Path.Combine(work, "files.tar");
            await GitAsync(["archive", "--output", archive, Commit], cancellationToken);
            await Command.RequireAsync(
                "Unpacking the version before", ["tar", "-xf", archive, "-C", work], cancellationToken: cancellationToken);
            foreach (var program in (string[])["silo", "api"])
            {
                await Command.RequireAsync(
                    "Building the version before",
                    ["dotnet", "build", Path.Combine(work, program), "-c", "Release", "-v", "quiet", "-nologo", "--disable-build-servers"],
                    cancellationToken: cancellationToken);
            }

            Directory.Move(work, Source);
        }
        catch (IOException) when (Directory.Exists(Source))
        {
            // The other run was faster.
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<string> GitAsync(string[] arguments, CancellationToken cancellationToken)
    {
        // Not a Command: its output is taken as it is, to the last byte.
        var start = new ProcessStartInfo(
            "git", ["-C", Repository.Root, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var git = Process.Start(start) ?? throw new LaunchException("git could not be started.");
        var errors = git.StandardError.ReadToEndAsync(cancellationToken);
        var output = await git.StandardOutput.ReadToEndAsync(cancellationToken);
        await git.WaitForExitAsync(cancellationToken);
        return git.ExitCode == 0
            ? output
            : throw new LaunchException(
                $"The version before this one is commit {Commit}, and git cannot give it: {(await errors).TrimEnd()}\n"
                + "The tests of an upgrade need the whole history: run 'git fetch --unshallow' where it was cut off.");
    }
}
