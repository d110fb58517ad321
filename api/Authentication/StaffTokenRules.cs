using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Authentication;

/// <summary>What a staff token must be besides signed, in force and meant for us.</summary>
internal static class StaffTokenRules
{
    /// <summary>The forms of an access token: RFC 9068, section 2.1, and what most providers write instead.</summary>
    private static readonly string[] Types = ["at+jwt", "application/at+jwt", "JWT"];

    /// <summary>
    /// The subject and the roles; false for a token of another kind, such as one that says who signed in (RFC 9068, section 5), one with a
    /// header that must be understood (RFC 7515, section 4.1.11), or one that lives too long.
    /// </summary>
    public static bool TryRead(
        JsonWebToken token, StaffTokenOptions options, [NotNullWhen(true)] out string? subject, out IReadOnlyCollection<string> roles)
    {
        (subject, roles) = (null, []);
        if (token.TryGetHeaderValue<object>("crit", out _)
            || (!string.IsNullOrEmpty(token.Typ) && !Types.Contains(token.Typ, StringComparer.OrdinalIgnoreCase))
            || token.IssuedAt == DateTime.MinValue || token.ValidTo - token.IssuedAt > options.LifetimeMax)
            return false;
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        // Keycloak has the kind of a token here, and JWT in the header of each.
        if (payload.RootElement.TryGetProperty("typ", out var kind)
            && !(kind.ValueKind == JsonValueKind.String && kind.ValueEquals("Bearer")))
            return false;
        subject = token.Subject;
        roles = RolesAt(payload.RootElement, options.RolesPath);
        return IsSubject(subject);
    }

    /// <summary>
    /// As OpenID Connect Core 1.0 (section 2, <c>sub</c>) has it: at most 255 ASCII characters. Here each of them can also be seen, and a
    /// space cannot: no two persons look like one, or one like two, to whoever reads a request for a second person or the audit trail.
    /// </summary>
    private static bool IsSubject([NotNullWhen(true)] string? subject) =>
        !string.IsNullOrEmpty(subject) && subject.Length <= 255 && subject.All(c => c is > ' ' and <= '~');

    private static IReadOnlyCollection<string> RolesAt(JsonElement payload, string path)
    {
        foreach (var step in path.Split('/').Skip(1))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (payload.ValueKind != JsonValueKind.Object || !payload.TryGetProperty(name, out payload))
                return [];
        }

        return payload.ValueKind switch
        {
            JsonValueKind.String => [payload.GetString()!],
            JsonValueKind.Array =>
                [.. payload.EnumerateArray().Where(role => role.ValueKind == JsonValueKind.String).Select(role => role.GetString()!)],
            _ => [],
        };
    }
}
