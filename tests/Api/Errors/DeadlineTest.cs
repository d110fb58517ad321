using System.Net;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BktSmart.Errors;

/// <summary>
/// At the deadline the library answers by itself, so this is seen on a real connection; and not with its client, which has a deadline of
/// its own.
/// </summary>
public sealed class DeadlineTest
{
    [Theory]
    [InlineData("TransferService/CreateTransfer", "OUTCOME_UNKNOWN")]
    [InlineData("TransferService/GetTransfer", "DEADLINE_EXCEEDED")]
    public async Task Call_DeadlinePasses_HasItsReason(string method, string reason)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateSlimBuilder();
        // The settings of the API lie beside the test, and with them its ports.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        await using var app = builder.Build();
        app.UseLibraryRefusals();
        app.MapGrpcService<Slow>();
        await app.StartAsync(cancellationToken);

        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{app.Urls.Single()}/bktsmart.v1.{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            // An empty message.
            Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new("application/grpc") } },
            Headers = { { "te", "trailers" }, { "grpc-timeout", "100m" } },
        };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

        var details = Assert.Single(response.Headers.GetValues("grpc-status-details-bin"));
        Assert.Equal(reason, Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details)).GetDetail<ErrorInfo>()!.Reason);
    }

    internal sealed class Slow : V1.TransferService.TransferServiceBase
    {
        public override Task<V1.CreateTransferResponse> CreateTransfer(V1.CreateTransferRequest request, ServerCallContext context) =>
            UntilTheDeadline<V1.CreateTransferResponse>(context);

        public override Task<V1.GetTransferResponse> GetTransfer(V1.GetTransferRequest request, ServerCallContext context) =>
            UntilTheDeadline<V1.GetTransferResponse>(context);

        private static async Task<T> UntilTheDeadline<T>(ServerCallContext context)
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            throw new InvalidOperationException("Not reached.");
        }
    }
}
