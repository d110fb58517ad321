using System.Net;
using System.Net.Sockets;

namespace BktSmart.Bench.Jam;

/// <summary>Connections from an address of this machine that the caller chooses, so that the limits of an address hold.</summary>
internal static class Loopback
{
    /// <param name="address">127.x.y.z.</param>
    public static SocketsHttpHandler From(string address) => new()
    {
        ConnectCallback = async (context, stop) =>
            new NetworkStream(await ConnectAsync(address, context.DnsEndPoint.Port, stop), ownsSocket: true),
    };

    public static async Task<Socket> ConnectAsync(string address, int port, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, port, stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
