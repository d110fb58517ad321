namespace BktSmart.Tests.Architecture;

/// <summary>The files of the working copy that are written by hand.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules"];

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <param name="pattern">For example <c>*.cs</c>.</param>
    /// <returns>Paths from the root on.</returns>
    public static IEnumerable<string> Files(string pattern) =>
        Files(Root, pattern).Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(child => Path.GetFileName(child) is var name && name[0] != '.' && !Generated.Contains(name))
                .SelectMany(child => Files(child, pattern)));

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "BktSmart.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run in a working copy."));
}
