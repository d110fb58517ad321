using System.Net;
using System.Net.Sockets;
using Grpc.Core;

namespace BktSmart.Authentication;

/// <summary>Where a call comes from. Behind proxies the address is the one that the trusted ones report (section <c>Proxies</c>).</summary>
internal static class CallerOrigin
{
    private const int Ipv4Bits = 24;
    private const int Ipv6Bits = 48;

    /// <summary>What one caller can have many of counts as one: an IPv6 network of 64 bits.</summary>
    private const int Ipv6CallerBits = 64;

    /// <summary>The network, without the last part of the address, for the customer's security log.</summary>
    public static string Origin(this ServerCallContext context) => Network(Address(context), Ipv4Bits, Ipv6Bits);

    /// <summary>Who is limited together.</summary>
    public static string CallerNetwork(this ServerCallContext context) => Network(Address(context), 32, Ipv6CallerBits);

    internal static string Network(IPAddress? address, int ipv4Bits, int ipv6Bits)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? ipv4Bits : ipv6Bits;
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)((0xFF << Math.Clamp(8 * (i + 1) - bits, 0, 8)) & 0xFF);
        return $"{new IPAddress(bytes)}/{bits}";
    }

    private static IPAddress? Address(ServerCallContext context) => context.GetHttpContext().Connection.RemoteIpAddress;
}
