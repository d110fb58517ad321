using System.Reflection;
using System.Text.RegularExpressions;

namespace BktSmart.Silo.Migration;

/// <summary>The files of one version of the schema.</summary>
/// <param name="Numbered">In the order in which they are applied, each once and for ever.</param>
/// <param name="Functions">One function each, replaced as a whole when its file changes.</param>
internal sealed partial record MigrationFiles(IReadOnlyList<MigrationFile> Numbered, IReadOnlyList<MigrationFile> Functions)
{
    private const string FunctionFolder = "functions/";
    private const string GoneFolder = "functions/gone/";

    /// <summary>Functions that a numbered file needs and a later one drops or replaces.</summary>
    public IReadOnlyList<MigrationFile> Gone { get; init; } = [];

    /// <summary>Those of this program.</summary>
    public static MigrationFiles Embedded { get; } = ReadEmbedded();

    /// <summary>The text of a numbered file, with the functions that it needs at lines <c>-- function: name</c>.</summary>
    public string Expand(MigrationFile file) => FunctionLine().Replace(file.Text, line =>
    {
        var name = $"{line.Groups["name"].Value}.sql";
        return (Functions.SingleOrDefault(function => function.Name == FunctionFolder + name)
            ?? Gone.Single(function => function.Name == GoneFolder + name)).Text;
    });

    private static MigrationFiles ReadEmbedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(
            StringComparer.Ordinal);
        var files = names.Select(Read).ToLookup(file => Array.Find(
            [GoneFolder, FunctionFolder], folder => file.Name.StartsWith(folder, StringComparison.Ordinal)));
        return new MigrationFiles([.. files[null]], [.. files[FunctionFolder]]) { Gone = [.. files[GoneFolder]] };

        MigrationFile Read(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new MigrationFile(name, reader.ReadToEnd());
        }
    }

    [GeneratedRegex(@"^-- function: (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex FunctionLine();
}
