using System.Net;
using System.Net.Sockets;
using Grpc.Core;

namespace BktSmart.Authentication;

/// <summary>Where a call comes from. Behind proxies the address is the one that the trusted ones report (section <c>Proxies</c>).</summary>
internal static class CallerOrigin
{
    private const int Ipv4Bits = 24;
    private const int Ipv6Bits = 48;

    /// <summary>The network, without the last part of the address, for the customer's security log.</summary>
    public static string Origin(this ServerCallContext context) => Network(context.GetHttpContext().Connection.RemoteIpAddress);

    internal static string Network(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? Ipv4Bits : Ipv6Bits;
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)((0xFF << Math.Clamp(8 * (i + 1) - bits, 0, 8)) & 0xFF);
        return $"{new IPAddress(bytes)}/{bits}";
    }
}
