using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace BktSmart.Admission;

/// <summary>
/// Who is limited together: an IPv4 address, or what one caller can have many of, an IPv6 network of 64 bits. A value, because each call
/// asks for it.
/// </summary>
internal readonly record struct CallerNetwork
{
    private readonly bool _isIpv4;
    private readonly ulong _bits;

    /// <param name="address">Behind proxies the one that the trusted ones report (section <c>Proxies</c>).</param>
    public CallerNetwork(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out var length))
            return;
        _isIpv4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        _bits = _isIpv4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - 4)..]) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>
    /// .NET lays one half of such a number over the other: whoever has many networks could choose with whom to fall together.
    /// </summary>
    public override int GetHashCode() => HashCode.Combine(_isIpv4, (uint)(_bits >> 32), unchecked((uint)_bits));
}
