using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace BktSmart.Silo.Migration;

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
    /// The statements behind lines <c>-- step: …</c> and <c>-- step until done: …</c>. They run one by one outside of a transaction; a file
    /// without them is one transaction.
    /// </summary>
    public IReadOnlyList<MigrationStep> Steps { get; }

    [GeneratedRegex("^-- step(?<repeats> until done)?: (?<name>.+)$", RegexOptions.Multiline)]
    private static partial Regex StepHead();
}
