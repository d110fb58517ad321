using System.Security.Claims;

namespace BktSmart.Authentication;

/// <param name="Claims">Under the names that they have in the token.</param>
internal sealed record VerifiedToken(ClaimsIdentity Claims, DateTimeOffset ExpiresAt);
