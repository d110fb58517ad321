using BktSmart.Dev.Bank;

namespace BktSmart.Dev.Commands;

/// <summary>What the user of <c>./run</c> asked for.</summary>
/// <param name="DataFolder">Where this bank keeps its data.</param>
/// <param name="Database">The database, on a server of ours or of theirs.</param>
/// <param name="GrpcPort">The port of the API; null for any.</param>
/// <param name="Demo">Play the demo and end.</param>
/// <param name="Origin">Of pages that may call the API from a browser, or several with commas; null for none.</param>
internal sealed record RunSettings(string DataFolder, string Database, int? GrpcPort, bool Demo, string? Origin)
{
    /// <summary>Of this bank.</summary>
    public LocalClock Clock => new(DataFolder);

    /// <summary>Whether the API takes it as the origin of pages: as a browser writes it, and without TLS from this machine only.</summary>
    public static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        && uri.GetLeftPart(UriPartial.Authority) == text && uri.UserInfo.Length == 0;

    /// <summary>An administrator's connection string of a running server, to be used in place of a private one.</summary>
    public static string? ForeignServer => Environment.GetEnvironmentVariable("BKT_DATABASE") is { Length: > 0 } value ? value : null;
}
