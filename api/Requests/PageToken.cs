using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BktSmart.Requests;

/// <summary>
/// Where a list goes on: the last number that was shown, bound to the list it was shown in. The binding catches mistakes; it protects
/// nothing, because whoever presents a token is checked like whoever does not.
/// </summary>
internal static class PageToken
{
    private const byte Version = 1;
    private const int NumberOffset = 1;
    private const int ListOffset = NumberOffset + sizeof(long);
    private const int ListLength = 8;
    private const int Length = ListOffset + ListLength;

    /// <summary>The base64url form has no padding: 17 bytes are 23 characters.</summary>
    private const int TextLength = 23;

    /// <param name="list">The resource name of the list.</param>
    /// <param name="lastNumber">The number of the last item of the page; positive.</param>
    public static string Create(string list, long lastNumber)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[NumberOffset..], lastNumber);
        Fingerprint(list).CopyTo(bytes[ListOffset..]);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryRead(string token, string list, out long lastNumber)
    {
        lastNumber = 0;
        Span<byte> bytes = stackalloc byte[Length];
        if (token.Length != TextLength
            || !Base64Url.IsValid(token, out var length) || length != Length
            || !Base64Url.TryDecodeFromChars(token, bytes, out _)
            || bytes[0] != Version
            || !bytes[ListOffset..].SequenceEqual(Fingerprint(list)))
            return false;
        lastNumber = BinaryPrimitives.ReadInt64BigEndian(bytes[NumberOffset..]);
        return lastNumber > 0;
    }

    private static ReadOnlySpan<byte> Fingerprint(string list) => SHA256.HashData(Encoding.UTF8.GetBytes(list)).AsSpan(0, ListLength);
}
