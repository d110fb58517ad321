using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Admission;

/// <summary>On real connections: what strangers send, and what others get meanwhile.</summary>
public sealed class AdmissionTest : IAsyncLifetime
{
    private const string Path = "/bktsmart.v1.AuthenticationService/BeginSignIn";
    private const int CallsMax = 2;
    private const int ArrivingPerAddressMax = 4;
    private const int ArrivingMax = 5;
    private const int HeaderSizeMax = 4 * 1024;
    private const string Refusal = "grpc-status-details-bin";

    private readonly FakeTimeProvider _time = new();
    private readonly HttpClient _client = From("127.0.0.1");
    private readonly HttpClient _elsewhere = From("127.0.0.2");
    private WebApplication? _app;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The settings of the API lie beside the test, and with them its ports.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Limits:CallsMax"] = N(CallsMax),
            ["Limits:CallsForStaff"] = "0",
            ["Limits:ArrivingPerAddressMax"] = N(ArrivingPerAddressMax),
            ["Limits:ArrivingMax"] = N(ArrivingMax),
            ["Limits:HeaderSizeMax"] = N(HeaderSizeMax),
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.AddAdmission();
        builder.WebHost.ConfigureKestrel(options =>
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.UseAdmission();
        _app.MapPost(Path, context =>
        {
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        });
        await _app.StartAsync(Stop);

        static string N(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _elsewhere.Dispose();
        await _app!.DisposeAsync();
    }

    [Fact]
    public async Task Call_WhileOthersSendSlowly_IsLetIn()
    {
        var slow = await SendSlowlyAsync(_client, ArrivingPerAddressMax - 1);
        for (var i = 0; i <= CallsMax; i++)
            Assert.Equal("", await ReasonAsync(SendAsync(_client)));

        await AssertGoodWhenCompleteAsync(slow);
    }

    [Fact]
    public async Task Call_MessageComesTooSlowly_IsRefused()
    {
        var slow = Assert.Single(await SendSlowlyAsync(_client, 1));
        while (!slow.Call.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal("MESSAGE_TOO_SLOW", await ReasonAsync(slow.Call));
    }

    /// <summary>Longer than a message may be, and without an end.</summary>
    [Fact]
    public async Task Call_MessageGrowsTooLarge_IsRefusedBeforeItsEnd()
    {
        var slow = new SlowMessage(beginning: 64 * 1024 + 6);
        Assert.Equal("MESSAGE_TOO_LARGE", await ReasonAsync(SendAsync(_client, slow)));
    }

    [Fact]
    public async Task Call_ItsAddressSendsTooManySlowly_OneFromThereGivesWay()
    {
        var elsewhere = await SendSlowlyAsync(_elsewhere, 1);
        var slow = await SendSlowlyAsync(_client, ArrivingPerAddressMax + 1);
        await AssertOneGivesWayAsync(slow);
        await AssertGoodWhenCompleteAsync([.. slow, .. elsewhere]);
    }

    [Fact]
    public async Task Call_TooManySendSlowly_OneGivesWay()
    {
        SlowMessage[] slow =
        [
            .. await SendSlowlyAsync(_client, ArrivingPerAddressMax),
            .. await SendSlowlyAsync(_elsewhere, ArrivingMax + 1 - ArrivingPerAddressMax),
        ];
        await AssertOneGivesWayAsync(slow);
        await AssertGoodWhenCompleteAsync(slow);
    }

    [Theory]
    [InlineData(1, HeaderSizeMax)]
    [InlineData(201, 1)]
    [InlineData(100, 100)]
    public async Task Call_HeadersAreTooLarge_IsRefusedAndItsConnectionGoesOn(int count, int size)
    {
        var before = await SendSlowlyAsync(_client, 1);
        var refused = SendAsync(_client, headers: Enumerable.Range(0, count).Select(i => ($"x-{i}", new string('x', size))));
        Assert.Equal("HEADERS_TOO_LARGE", await ReasonAsync(refused));
        await AssertGoodWhenCompleteAsync(before);
    }

    private static async Task AssertOneGivesWayAsync(IEnumerable<SlowMessage> slow) =>
        Assert.Equal("OVERLOADED", await ReasonAsync(await Task.WhenAny(slow.Select(message => message.Call))));

    /// <summary>One after the other, all that did not give way.</summary>
    private static async Task AssertGoodWhenCompleteAsync(IEnumerable<SlowMessage> slow)
    {
        foreach (var message in slow.Where(message => !message.Call.IsCompleted))
        {
            message.Complete();
            Assert.Equal("", await ReasonAsync(message.Call));
        }
    }

    private static HttpClient From(string address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, stop) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpContent? content = null, IEnumerable<(string Name, string Value)>? headers = null)
    {
        // An empty message.
        content ??= new ByteArrayContent(new byte[5]);
        content.Headers.ContentType = new("application/grpc");
        var request = new HttpRequestMessage(HttpMethod.Post, _app!.Urls.Single() + Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        foreach (var (name, value) in headers ?? [])
            request.Headers.Add(name, value);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    /// <summary>Empty if the call was let in.</summary>
    private static async Task<string> ReasonAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        return response.Headers.TryGetValues(Refusal, out var details)
            ? Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details.Single())).GetDetail<ErrorInfo>()!.Reason
            : "";
    }

    private async Task<SlowMessage[]> SendSlowlyAsync(HttpClient client, int count)
    {
        SlowMessage[] messages = [.. Enumerable.Range(0, count).Select(_ => new SlowMessage())];
        foreach (var message in messages)
        {
            message.Call = SendAsync(client, message);
            await message.Begun;
        }

        return messages;
    }

    /// <summary>A message that begins, and ends when the test says so.</summary>
    private sealed class SlowMessage(int beginning = 2) : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public Task<HttpResponseMessage> Call { get; set; } = null!;

        public void Complete() => _complete.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[beginning]);
            await stream.FlushAsync();
            _begun.SetResult();
            await _complete.Task;
            await stream.WriteAsync(new byte[3]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
