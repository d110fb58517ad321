using BktSmart.Authentication;
using Grpc.Core;
using Microsoft.Net.Http.Headers;

namespace BktSmart.Errors;

/// <summary>In which language a caller is answered.</summary>
internal static class CallerLanguage
{
    /// <summary>The one that the call wants, otherwise that of the customer who is signed in, otherwise Albanian.</summary>
    public static Language Of(ServerCallContext call) =>
        Wanted(call.GetHttpContext().Request) ?? call.FindCustomer()?.Language ?? Language.Albanian;

    /// <summary>The one that the call wants, otherwise Albanian: nobody has asked yet who calls.</summary>
    public static Language Of(HttpRequest request) => Wanted(request) ?? Language.Albanian;

    /// <summary>The one that <c>accept-language</c> likes best; null where it names none of ours.</summary>
    private static Language? Wanted(HttpRequest request)
    {
        var header = request.Headers.AcceptLanguage;
        if (header.Count == 0 || !StringWithQualityHeaderValue.TryParseList(header, out var wanted))
            return null;
        return wanted
            .Where(language => language.Quality is not 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => Read(language.Value.AsSpan()))
            .FirstOrDefault(language => language is not null);
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
