using Microsoft.Net.Http.Headers;

namespace BktSmart.Errors;

/// <summary>In which language a caller is answered.</summary>
internal static class CallerLanguage
{
    /// <summary>The one that <c>accept-language</c> likes best; Albanian where it names none of ours.</summary>
    public static Language Of(HttpRequest request)
    {
        var header = request.Headers.AcceptLanguage;
        if (header.Count == 0 || !StringWithQualityHeaderValue.TryParseList(header, out var wanted))
            return Language.Albanian;
        return wanted
            .Where(language => language.Quality is not 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => Read(language.Value.AsSpan()))
            .FirstOrDefault(language => language is not null) ?? Language.Albanian;
    }

    private static Language? Read(ReadOnlySpan<char> tag)
    {
        var end = tag.IndexOf('-');
        var primary = end < 0 ? tag : tag[..end];
        return primary.Equals("sq", StringComparison.OrdinalIgnoreCase) ? Language.Albanian
            : primary.Equals("en", StringComparison.OrdinalIgnoreCase) ? Language.English
            : null;
    }
}
