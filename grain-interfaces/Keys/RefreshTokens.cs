using System.Buffers.Text;

namespace BktSmart.Keys;

/// <summary>
/// The form of a refresh token, which says in clear whose session it claims to be: so refreshes can be counted by session before anybody
/// asks whether a token is genuine.
/// </summary>
public static class RefreshTokens
{
    /// <summary>In bytes: the id of the session (16), the generation (4), and a MAC over both (32).</summary>
    public const int Size = 52;

    /// <summary>The bytes before the MAC.</summary>
    public const int SignedSize = 20;

    /// <returns>False for what is no refresh token of any bank.</returns>
    public static bool TryDecode(Secret token, Span<byte> bytes) =>
        token.Value.Length == Base64Url.GetEncodedLength(Size) && Base64Url.IsValid(token.Value)
        && Base64Url.TryDecodeFromChars(token.Value, bytes, out var length) && length == Size;

    public static Guid SessionOf(ReadOnlySpan<byte> token) => new(token[..16], bigEndian: true);

    /// <inheritdoc cref="TryDecode"/>
    public static bool TryReadSession(Secret token, out Guid session)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var isToken = TryDecode(token, bytes);
        session = isToken ? SessionOf(bytes) : default;
        return isToken;
    }
}
