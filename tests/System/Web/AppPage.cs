using System.Text.RegularExpressions;
using BktSmart.Dev;

namespace BktSmart.Web;

/// <summary>docs/app-developers.md, from which the programs of these tests are made as a reader would make them.</summary>
internal static partial class AppPage
{
    /// <summary>All the code of a language, in the order of the page.</summary>
    public static string Code(string language) => string.Join(
        '\n', CodeBlock().Matches(Text()).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value));

    /// <summary>What the page has npm install, each with its version.</summary>
    public static string[] Packages() =>
    [
        .. NpmInstall().Matches(Code("sh")).SelectMany(line => line.Groups[1].Value.Split(' ')),
    ];

    private static string Text() => File.ReadAllText(Path.Combine(Repository.Root, "docs", "app-developers.md"));

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^npm install (?:-D )?(.+)$", RegexOptions.Multiline)]
    private static partial Regex NpmInstall();
}
