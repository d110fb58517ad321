namespace BktSmart.Infrastructure;

/// <summary>The folder that holds the solution.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "BktSmart.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("No folder above the tests holds the solution.");
        return folder.FullName;
    }
}
