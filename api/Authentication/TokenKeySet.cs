using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Authentication;

/// <summary>The keys as the cluster published them at one time.</summary>
internal sealed record TokenKeySet(string Json, FrozenDictionary<string, SecurityKey> Keys)
{
    public static readonly TokenKeySet Empty = new("", FrozenDictionary<string, SecurityKey>.Empty);
}
