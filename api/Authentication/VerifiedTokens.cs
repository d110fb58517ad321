using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Remembers whom a verified access token stands for, so that its signature is checked once and not at every call. What is kept is the hash
/// of the token, never the token. An entry holds under the key set that it was verified with: when the set changes, every older entry is
/// worth nothing, also one that a call which began before the change puts in after it. Expiry is the caller's to check: an entry stays
/// until others need its room.
/// </summary>
internal sealed class VerifiedTokens(IOptions<CustomerTokenOptions> options)
{
    private const int OnStackMax = 2048;

    private readonly ConcurrentLru<Key, Entry> _cache = new(
        Environment.ProcessorCount, options.Value.VerifiedCountMax, EqualityComparer<Key>.Default);

    /// <summary>Null for a token that was not verified with these keys.</summary>
    public SignedInCustomer? Find(ReadOnlySpan<char> token, TokenKeySet keys) =>
        _cache.TryGet(KeyOf(token), out var entry) && ReferenceEquals(entry.Keys, keys) ? entry.Customer : null;

    /// <param name="keys">The set that was current before the token was verified.</param>
    public void Add(ReadOnlySpan<char> token, TokenKeySet keys, SignedInCustomer customer) =>
        _cache.AddOrUpdate(KeyOf(token), new Entry(keys, customer));

    private static Key KeyOf(ReadOnlySpan<char> token)
    {
        var length = Encoding.UTF8.GetByteCount(token);
        var bytes = length <= OnStackMax ? stackalloc byte[length] : new byte[length];
        Encoding.UTF8.GetBytes(token, bytes);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return MemoryMarshal.Read<Key>(hash);
    }

    private readonly record struct Key(UInt128 First, UInt128 Second);

    private sealed record Entry(TokenKeySet Keys, SignedInCustomer Customer);
}
