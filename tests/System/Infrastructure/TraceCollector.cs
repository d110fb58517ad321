using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace BktSmart.Infrastructure;

/// <summary>
/// Takes what programs export over OTLP (HTTP, protobuf), as a collector does, and keeps the bytes, in which texts stand as they are.
/// </summary>
public sealed class TraceCollector : IDisposable
{
    private const int AttemptsMax = 50;

    private readonly ConcurrentQueue<string> _exports = new();
    private readonly HttpListener _listener;

    public TraceCollector()
    {
        _listener = Listen();
        _ = ReceiveAsync();
    }

    /// <summary>What a program has to be told.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _listener.Prefixes.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    /// <summary>One text for each request, a character for each byte.</summary>
    public IReadOnlyCollection<string> Exports => _exports;

    public void Dispose() => _listener.Close();

    private static HttpListener Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new HttpListener();
            listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Random.Shared.Next(20_000, 30_000)}/"));
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException) when (attempt < AttemptsMax)
            {
                listener.Close(); // another program has the port
            }
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                _exports.Enqueue(await reader.ReadToEndAsync());
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // closed
        }
    }
}
