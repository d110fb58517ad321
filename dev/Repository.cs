namespace BktSmart.Dev;

/// <summary>The working copy that this program was built in.</summary>
public static class Repository
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where a program of the solution was built to, in the configuration in which this program was built.</summary>
    /// <exception cref="LaunchException">It was not built.</exception>
    public static string Program(string folder, string assembly)
    {
        var dll = Path.Combine(Root, folder, "bin", Configuration, "net10.0", assembly + ".dll");
        return File.Exists(dll) ? dll : throw new LaunchException($"{assembly} is not built: {dll} is missing. ./run and ./test build it.");
    }

    // …/bin/{configuration}/net10.0/
    private static string Configuration =>
        Directory.GetParent(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))?.Name ?? "Release";

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BktSmart.sln")))
                return folder.FullName;
        }

        throw new LaunchException($"{AppContext.BaseDirectory} is not inside a working copy of BktSmart.");
    }
}
