using System.Text.RegularExpressions;
using BktSmart.Dev;

namespace BktSmart.Infrastructure;

/// <summary>
/// What the comments of the protos promise: the reasons of each method, and those that error_reason.proto gives to any call.
/// </summary>
internal static partial class DocumentedReasons
{
    private const string Any = "Any call.";
    private const string AnyWithToken = "Any call with a token.";
    private const string AnyOfCustomer = "Any call of a customer who is signed in.";
    private const string AnyOfStaff = "Any call of staff.";

    /// <summary>What may be called without a token: its list does not name the reasons of tokens.</summary>
    private static readonly Regex WithoutToken = new(
        "EnrolmentService/|AuthenticationService/(?!EndSession)", RegexOptions.CultureInvariant);

    private static readonly Lazy<(Dictionary<string, HashSet<string>> ByMethod, Dictionary<string, string> Common)> Read = new(ReadProtos);

    /// <summary>Pairs of a method and a reason that it gave, and that no comment names.</summary>
    /// <param name="metrics">The page of a node of the API.</param>
    public static IEnumerable<string> FindUndocumented(string metrics) =>
        from line in metrics.Split('\n')
        where line.StartsWith("bank_api_call_refused", StringComparison.Ordinal)
        let method = MethodLabel().Match(line).Groups[1].Value
        let reason = ReasonLabel().Match(line).Groups[1].Value
        where !IsDocumented(method, reason)
        select $"{method} gave {reason}, which its comment does not name.";

    private static bool IsDocumented(string method, string reason) =>
        Read.Value.ByMethod[method].Contains(reason)
        || (Read.Value.Common.TryGetValue(reason, out var calls) && calls switch
        {
            Any => true,
            AnyOfStaff => method.Contains(".staff.", StringComparison.Ordinal),
            AnyWithToken => !WithoutToken.IsMatch(method),
            _ => !WithoutToken.IsMatch(method) && !method.Contains(".staff.", StringComparison.Ordinal),
        });

    private static (Dictionary<string, HashSet<string>> ByMethod, Dictionary<string, string> Common) ReadProtos()
    {
        var byMethod = new Dictionary<string, HashSet<string>>();
        var common = new Dictionary<string, string>();
        var protos = Path.Combine(Repository.Root, "api", "Protos");
        foreach (var file in Directory.EnumerateFiles(protos, "*.proto", SearchOption.AllDirectories))
        {
            var (package, service, comment) = ("", "", "");
            foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
            {
                var words = line.Split([' ', '(', ';'], StringSplitOptions.RemoveEmptyEntries);
                switch (words)
                {
                    case ["//", ..]:
                        comment += $" {line[2..].Trim()}";
                        continue;
                    case ["package", var name]:
                        package = name;
                        break;
                    case ["service", var name, ..]:
                        service = name;
                        break;
                    case ["rpc", var name, ..]:
                        byMethod[$"{package}.{service}/{name}"] = [.. Names().Match(comment).Groups[1].Value.Split(", ")];
                        break;
                    case [var name, "=", _]:
                        if (Array.Find([Any, AnyWithToken, AnyOfCustomer, AnyOfStaff], comment.EndsWith) is { } calls)
                            common[name] = calls;
                        break;
                }

                comment = "";
            }
        }

        return (byMethod, common);
    }

    [GeneratedRegex(@"Reasons: ([A-Z_, ]+)\.$")]
    private static partial Regex Names();

    [GeneratedRegex("rpc_method=\"([^\"]*)\"")]
    private static partial Regex MethodLabel();

    [GeneratedRegex("[{,]reason=\"([^\"]*)\"")]
    private static partial Regex ReasonLabel();
}
