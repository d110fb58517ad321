using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using BktSmart.Bench.Indistinguishable;
using BktSmart.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Bench.Jam;

/// <summary>
/// The process of a jammer, <c>bench jammer KIND BANK ADDRESS</c>: reads the token of the customer that it may be, begins, says
/// <see cref="Begun"/>, jams until its input ends, and prints how many answers of each reason came in a second.
/// </summary>
internal sealed class Jammer(JamKind kind, Uri bank, string address, string token)
{
    public const string Verb = "jammer";
    public const string Begun = "begun";
    private const int Connections = 10;
    private const int CallsPerConnection = 100;
    private const int IdleConnections = 2_000;

    /// <summary>The bank's limit is 16 KiB, Kestrel's 64.</summary>
    private const int HeaderSize = 60_000;

    /// <summary>Until what is hot is compiled, and the first calls of an address, which are let in, are over.</summary>
    private static readonly TimeSpan RunUp = TimeSpan.FromSeconds(2);

    /// <summary>Without it, connections that cannot be opened would load this process alone.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(10);

    /// <summary>The preface of HTTP/2, and settings that change none.</summary>
    private static readonly byte[] Greeting = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    private readonly ConcurrentDictionary<string, long> _answers = new();

    public static async Task RunAsync(string kind, string bank, string address) =>
        await new Jammer(Enum.Parse<JamKind>(kind), new Uri(bank), address, await Console.In.ReadLineAsync() ?? "").JamAsync();

    private async Task JamAsync()
    {
        for (var i = 0; kind == JamKind.Connections && i < IdleConnections; i++)
            _ = RepeatAsync(IdleAsync);
        for (var i = 0; kind != JamKind.Connections && i < Connections; i++)
        {
            var http = new HttpClient(Loopback.From(address));
            for (var call = 0; call < CallsPerConnection; call++)
                _ = RepeatAsync(() => CallAsync(http));
        }

        await Task.Delay(RunUp);
        if (kind != JamKind.Connections)
            _answers.Clear();
        var watch = Stopwatch.StartNew();
        Console.WriteLine(Begun);
        await Console.In.ReadToEndAsync();
        Console.WriteLine(JsonSerializer.Serialize(
            _answers.ToDictionary(answer => answer.Key, answer => answer.Value / watch.Elapsed.TotalSeconds)));
    }

    private async Task RepeatAsync(Func<Task<string>> callAsync)
    {
        await Task.Yield();
        while (true)
        {
            try
            {
                Count(await callAsync());
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or OperationCanceledException)
            {
                Count($"failed: {e.GetBaseException().Message}");
                await Task.Delay(PauseAfterFailure);
            }
        }
    }

    private void Count(string answer) => _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);

    private async Task<string> IdleAsync()
    {
        using var socket = await Loopback.ConnectAsync(address, bank.Port, CancellationToken.None);
        await socket.SendAsync(Greeting);
        Count("opened");
        var read = new byte[256];
        while (await socket.ReceiveAsync(read) > 0)
        {
        }

        return "ended by the bank";
    }

    private async Task<string> CallAsync(HttpClient http)
    {
        var method = kind == JamKind.OneCustomer ? "AccountService/ListAccounts" : "AuthenticationService/BeginSignIn";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bank, "/bktsmart.v1." + method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { { "te", "trailers" } },
            Content = kind switch
            {
                JamKind.SlowMessages => new EndlessMessage(),
                JamKind.Garbage => new ByteArrayContent([0, 0, 0, 0, 200, .. Enumerable.Repeat((byte)0xFF, 200)]),
                JamKind.OneCustomer => Message(new ListAccountsRequest()),
                _ => Message(new BeginSignInRequest
                {
                    Identifier = Random.Shared.Next(700_000_000, 800_000_000).ToString(CultureInfo.InvariantCulture),
                    Password = Town.WrongPassword,
                    Device = Outsider.Device(Guid.NewGuid()),
                    RequestId = Guid.NewGuid().ToString(),
                }),
            },
        };
        request.Content.Headers.ContentType = new("application/grpc");
        if (kind == JamKind.OneCustomer)
            request.Headers.Authorization = new("Bearer", token);
        if (kind == JamKind.LargeHeaders)
            request.Headers.Add("jam", new string('x', HeaderSize));
        using var response = await http.SendAsync(request);
        return ReasonOf(response.Headers) ?? ReasonOf(response.TrailingHeaders) ?? response.StatusCode.ToString();
    }

    private static ByteArrayContent Message(IMessage message)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, message.CalculateSize());
        return new ByteArrayContent([0, .. length, .. message.ToByteArray()]);
    }

    private static string? ReasonOf(System.Net.Http.Headers.HttpResponseHeaders headers) =>
        headers.TryGetValues("grpc-status-details-bin", out var details)
        ? Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details.First())).GetDetail<ErrorInfo>()!.Reason
        : headers.TryGetValues("grpc-status", out var status) ? Enum.Parse<StatusCode>(status.First()).ToString() : null;

    /// <summary>Of 200 bytes; only what comes before them is sent.</summary>
    private sealed class EndlessMessage : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0, 0, 200 }, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length) => (length = 0) > 0;
    }
}
