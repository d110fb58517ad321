using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace BktSmart.Dev.Processes;

/// <summary>
/// The loopback ports of one data folder. A port is remembered in a file, so that a restart uses the same one where it is still free, and
/// is held by an open listener until the moment its program starts, so that two launchers beside each other do not choose the same.
/// </summary>
public sealed class PortBook : IDisposable
{
    // Below the range from which systems take the ports of outgoing connections (32768 on Linux), so that a remembered port stays free.
    private const int FirstPort = 20_000;
    private const int LastPort = 30_000;
    private const int AttemptsMax = 500;

    private readonly string _path;
    private readonly Dictionary<string, int> _ports;
    private readonly Dictionary<string, TcpListener> _held = [];
    private readonly Lock _lock = new();

    internal PortBook(string path)
    {
        _path = path;
        _ports = Read(path);
    }

    /// <summary>The port for a purpose: the remembered one, or a free one. It is held until <see cref="Release"/>.</summary>
    /// <param name="purpose">Names the port in the file.</param>
    /// <param name="firstChoice">Where to begin the search, upwards; null for anywhere.</param>
    public int Reserve(string purpose, int? firstChoice = null)
    {
        lock (_lock)
        {
            if (_held.ContainsKey(purpose) || (_ports.TryGetValue(purpose, out var known) && TryHold(purpose, known)))
                return _ports[purpose];

            var first = firstChoice ?? Random.Shared.Next(FirstPort, LastPort);
            for (var port = first; port < first + AttemptsMax; port++)
            {
                if (!_ports.ContainsValue(port) && TryHold(purpose, port))
                    return port;
            }

            throw new LaunchException($"No free port was found from {first} on.");
        }
    }

    /// <summary>Takes exactly this port.</summary>
    /// <exception cref="LaunchException">Another program has it, or this user may not have it.</exception>
    public void ReserveExactly(string purpose, int port)
    {
        lock (_lock)
            Hold(purpose, ListenExactly(port));
    }

    /// <summary>Refuses a port that cannot be taken, before anything long is begun.</summary>
    /// <exception cref="LaunchException">Another program has it, or this user may not have it.</exception>
    public static void RequireFree(int port) => ListenExactly(port).Dispose();

    /// <summary>Forgets a port that another program was faster to take.</summary>
    public void Forget(string purpose)
    {
        lock (_lock)
        {
            _ports.Remove(purpose);
            Release(purpose);
        }
    }

    /// <summary>Lets go of the port for the program that is about to listen on it.</summary>
    public void Release(string purpose)
    {
        lock (_lock)
        {
            if (_held.Remove(purpose, out var listener))
                listener.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var listener in _held.Values)
                listener.Dispose();
            _held.Clear();
        }
    }

    private bool TryHold(string purpose, int port)
    {
        try
        {
            Hold(purpose, Listen(port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Hold(string purpose, TcpListener listener)
    {
        _held[purpose] = listener;
        _ports[purpose] = ((IPEndPoint)listener.LocalEndpoint).Port;
        File.WriteAllText(_path, JsonSerializer.Serialize(_ports));
    }

    private static TcpListener ListenExactly(int port)
    {
        try
        {
            return Listen(port);
        }
        catch (SocketException e)
        {
            var why = e.SocketErrorCode == SocketError.AccessDenied
                ? "needs rights that this user does not have"
                : "is in use by another program";
            throw new LaunchException(
                $"Port {port.ToString(CultureInfo.InvariantCulture)} {why}; choose another one with --port.", e);
        }
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private static Dictionary<string, int> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            return []; // torn by a crash while it was written: other ports do as well
        }
    }
}
