using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace BktSmart.Tests.Infrastructure;

/// <summary>
/// Stands between a client and a database, and can let its connections fall silent: they stay open, and what is sent is acknowledged and
/// lost.
/// </summary>
public sealed class SilentProxy : IAsyncDisposable
{
    private const int HeardMax = 1_000_000;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly StringBuilder _heard = new();
    private readonly (string Host, int Port) _target;
    private readonly Task _accepting;
    private volatile int _silences;

    public SilentProxy(string connectionString)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        _target = (target.Host!, target.Port);
        _listener.Start();
        (target.Host, target.Port) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        ConnectionString = target.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>To the database through this proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>What the clients said first.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
                return _heard.ToString();
        }
    }

    /// <summary>Forwards nothing any more between those that are connected now.</summary>
    public void FallSilent() => Interlocked.Increment(ref _silences);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(ConnectAsync(await _listener.AcceptTcpClientAsync(_stop.Token), _silences));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ConnectAsync(TcpClient client, int silences)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(_target.Host, _target.Port, _stop.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAny(
                    ForwardAsync(client, server, silences, isClient: true), ForwardAsync(server, client, silences, isClient: false));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Where there is no server, the client is hung up on.
            }
        }
    }

    private async Task ForwardAsync(TcpClient from, TcpClient to, int silences, bool isClient)
    {
        var bytes = new byte[16_384];
        try
        {
            while (await from.GetStream().ReadAsync(bytes, _stop.Token) is > 0 and var length)
            {
                if (silences != _silences)
                    continue;
                if (isClient)
                {
                    lock (_heard)
                        _heard.Append(Encoding.Latin1.GetString(bytes, 0, Math.Min(length, HeardMax - _heard.Length)));
                }

                await to.GetStream().WriteAsync(bytes.AsMemory(0, length), _stop.Token);
            }

            // The other side does not hear of the end either.
            if (silences != _silences)
                await Task.Delay(Timeout.Infinite, _stop.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
        }
    }
}
