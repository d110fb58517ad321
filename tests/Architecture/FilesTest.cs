using System.Text.RegularExpressions;

namespace BktSmart.Tests.Architecture;

/// <summary>What a reader finds by its name, and reads without scrolling sideways.</summary>
public sealed partial class FilesTest
{
    /// <summary>Programs, and what the runner of the tests looks for.</summary>
    private static readonly string[] WithoutAType = ["Program.cs", "Fixture.cs"];

    public static TheoryData<string, int> Widths => new()
    {
        { "*.cs", 140 },
        { "*.sql", 140 },
        { "*.md", 100 },
        { "*.proto", 100 },
    };

    [Theory, MemberData(nameof(Widths))]
    public void Lines_AreNotLongerThanTheirLimit(string pattern, int columnsMax)
    {
        var files = Repository.Files(pattern).ToArray();
        Assert.NotEmpty(files);
        Assert.Empty(
            from file in files
            from line in File.ReadLines(Path.Combine(Repository.Root, file)).Select((text, i) => (Text: text, Number: i + 1))
            where line.Text.Length > columnsMax
            select $"{file}:{line.Number} has {line.Text.Length} columns");
    }

    /// <summary>A file has one type, and its name; what follows a point in the file's name is a part of the type.</summary>
    [Fact]
    public void Type_IsFoundByTheNameOfItsFile() => Assert.Empty(
        from file in Repository.Files("*.cs")
        where !IsTest(file) && !WithoutAType.Contains(Path.GetFileName(file))
        let text = File.ReadAllText(Path.Combine(Repository.Root, file))
        let types = TypeAtTheTop().Matches(text).Select(type => type.Groups["name"].Value).Distinct().ToArray()
        where types is not [var only] || only != Path.GetFileName(file).Split('.')[0]
        select $"{file} has {string.Join(", ", types)}");

    private static bool IsTest(string file) => file.StartsWith("tests", StringComparison.Ordinal);

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|readonly|partial|unsafe) )*"
            + @"(?:record struct|record class|record|class|struct|interface|enum) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeAtTheTop();
}
