using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace BktSmart.Silo.Migration;

/// <summary>A statement that runs outside of a transaction.</summary>
/// <param name="Repeats">Whether it is run until it changes no row: a change of many rows in small bites.</param>
internal sealed record MigrationStep(string Name, string Sql, bool Repeats);

/// <summary>One SQL file of the schema.</summary>
internal sealed partial record MigrationFile
{
    public MigrationFile(string name, string text)
    {
        (Name, Text) = (name, text);
        Checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var heads = StepHead().Matches(text);
        Steps =
        [
            .. heads.Select((head, i) => new MigrationStep(
                head.Groups["name"].Value,
                text[(head.Index + head.Length)..(i + 1 < heads.Count ? heads[i + 1].Index : text.Length)],
                head.Groups["repeats"].Success)),
        ];
    }

    public string Name { get; }

    public string Text { get; }

    /// <summary>SHA-256 of the text, in hexadecimal digits.</summary>
    public string Checksum { get; }

    /// <summary>
    /// The statements behind lines <c>-- step: …</c> and <c>-- step until done: …</c>. They run one by one outside of a transaction; a file without them is one transaction.
    /// </summary>
    public IReadOnlyList<MigrationStep> Steps { get; }

    [GeneratedRegex("^-- step(?<repeats> until done)?: (?<name>.+)$", RegexOptions.Multiline)]
    private static partial Regex StepHead();
}

/// <summary>The files of one version of the schema.</summary>
/// <param name="Numbered">In the order in which they are applied, each once and for ever.</param>
/// <param name="Functions">One function each, replaced as a whole when its file changes.</param>
internal sealed partial record MigrationFiles(IReadOnlyList<MigrationFile> Numbered, IReadOnlyList<MigrationFile> Functions)
{
    private const string FunctionFolder = "functions/";

    /// <summary>Those of this program.</summary>
    public static MigrationFiles Embedded { get; } = ReadEmbedded();

    /// <summary>The text of a numbered file, with the functions that it needs at lines <c>-- function: name</c>.</summary>
    public string Expand(MigrationFile file) =>
        FunctionLine().Replace(file.Text, line => Functions.Single(function => function.Name == $"{FunctionFolder}{line.Groups["name"].Value}.sql").Text);

    private static MigrationFiles ReadEmbedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var files = names.Select(Read).ToLookup(file => file.Name.StartsWith(FunctionFolder, StringComparison.Ordinal));
        return new MigrationFiles([.. files[false]], [.. files[true]]);

        MigrationFile Read(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new MigrationFile(name, reader.ReadToEnd());
        }
    }

    [GeneratedRegex(@"^-- function: (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex FunctionLine();
}
