using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Remembers whom a verified access token stands for, so that its signature is checked once and not at every call. What is kept is the hash of
/// the token, never the token. An entry holds under the key set that it was verified with: when the set changes, every older entry is worth nothing, also
/// one that a call which began before the change puts in after it. Expiry is the caller's to check: an entry may stay longer than its token.
/// </summary>
internal sealed class VerifiedTokens(IOptions<CustomerTokenOptions> options, TimeProvider time) : IDisposable
{
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = options.Value.VerifiedCountMax, Clock = new Clock(time) });

    /// <summary>Null for a token that was not verified with these keys.</summary>
    public SignedInCustomer? Find(string token, TokenKeySet keys) =>
        _cache.TryGetValue(KeyOf(token), out Entry? entry) && ReferenceEquals(entry!.Keys, keys) ? entry.Customer : null;

    /// <param name="keys">The set that was current before the token was verified.</param>
    /// <param name="until">When the entry is of no more use.</param>
    public void Add(string token, TokenKeySet keys, SignedInCustomer customer, DateTimeOffset until) =>
        _cache.Set(KeyOf(token), new Entry(keys, customer), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpiration = until });

    public void Dispose() => _cache.Dispose();

    private static string KeyOf(string token) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private sealed record Entry(TokenKeySet Keys, SignedInCustomer Customer);

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
