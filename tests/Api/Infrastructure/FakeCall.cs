using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace BktSmart.Infrastructure;

/// <summary>A call as an interceptor sees it.</summary>
internal sealed class FakeCall(string method, string? authorization = null, DateTime? deadline = null, CancellationToken cancellationToken = default)
    : ServerCallContext
{
    /// <summary>A call to a first step, from this address.</summary>
    public static FakeCall From(string address)
    {
        var call = new FakeCall("/bktsmart.v1.AuthenticationService/BeginSignIn");
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        // Where gRPC looks for it.
        call.UserState["__HttpContext"] = context;
        return call;
    }

    protected override string MethodCore => method;
    protected override string HostCore => "test";
    protected override string PeerCore => "test";
    protected override DateTime DeadlineCore => deadline ?? DateTime.MaxValue;
    protected override Metadata RequestHeadersCore => authorization is null ? [] : [new Metadata.Entry("authorization", authorization)];
    protected override CancellationToken CancellationTokenCore => cancellationToken;
    protected override Metadata ResponseTrailersCore { get; } = [];
    protected override Status StatusCore { get; set; }
    protected override WriteOptions? WriteOptionsCore { get; set; }
    protected override AuthContext AuthContextCore => new(null, []);
    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();
    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
