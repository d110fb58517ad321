using System.Net;
using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Admission;

/// <summary>Calls of a stranger that begin to send a message and never end it, over ten connections.</summary>
internal sealed class Jam(Uri bank) : IDisposable
{
    private const int Connections = 10;
    private const int CallsPerConnection = 100;
    private const string Anyone = "/bktsmart.v1.AuthenticationService/BeginSignIn";

    private readonly HttpClient[] _connections = [.. Enumerable.Range(0, Connections).Select(_ => new HttpClient())];
    private readonly List<Task<HttpResponseMessage>> _calls = [];

    /// <summary>Returns when all have begun.</summary>
    public async Task BeginAsync()
    {
        var messages = new List<Begun>();
        foreach (var connection in _connections)
        {
            for (var i = 0; i < CallsPerConnection; i++)
            {
                var message = new Begun();
                messages.Add(message);
                _calls.Add(connection.SendAsync(Request(bank, Anyone, message), HttpCompletionOption.ResponseHeadersRead));
            }
        }

        await Task.WhenAll(messages.Select(message => message.Sent));
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
        foreach (var call in _calls)
            _ = call.ContinueWith(ended => ended.Exception, TaskScheduler.Default);
    }

    /// <summary>A call as no client library would make it.</summary>
    public static HttpRequestMessage Request(Uri bank, string method, HttpContent message)
    {
        message.Headers.ContentType = new("application/grpc");
        return new HttpRequestMessage(HttpMethod.Post, new Uri(bank, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = message,
            Headers = { { "te", "trailers" } },
        };
    }

    /// <summary>Of a refusal.</summary>
    public static string ReasonOf(HttpResponseMessage response) =>
        Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(response.Headers.GetValues("grpc-status-details-bin").Single()))
            .GetDetail<ErrorInfo>()!.Reason;

    private sealed class Begun : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Sent => _sent.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0, 0, 200 });
            await stream.FlushAsync();
            _sent.SetResult();
            await Task.Delay(Timeout.Infinite);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
