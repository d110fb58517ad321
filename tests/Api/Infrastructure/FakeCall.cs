using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace BktSmart.Infrastructure;

/// <summary>A call as an interceptor sees it.</summary>
internal sealed class FakeCall : ServerCallContext
{
    private readonly DefaultHttpContext _http = new();
    private readonly string _method;
    private readonly DateTime? _deadline;
    private readonly CancellationToken _cancellationToken;

    public FakeCall(
        string method, StringValues authorization = default, DateTime? deadline = null, CancellationToken cancellationToken = default)
    {
        (_method, _deadline, _cancellationToken) = (method, deadline, cancellationToken);
        _http.Request.Headers.Authorization = authorization;
        // Where gRPC looks for it.
        UserState["__HttpContext"] = _http;
    }

    /// <summary>A call to a first step, from this address.</summary>
    public static FakeCall From(string address)
    {
        var call = new FakeCall("/bktsmart.v1.AuthenticationService/BeginSignIn");
        call._http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return call;
    }

    protected override string MethodCore => _method;
    protected override string HostCore => "test";
    protected override string PeerCore => "test";
    protected override DateTime DeadlineCore => _deadline ?? DateTime.MaxValue;
    protected override Metadata RequestHeadersCore => [];
    protected override CancellationToken CancellationTokenCore => _cancellationToken;
    protected override Metadata ResponseTrailersCore { get; } = [];
    protected override Status StatusCore { get; set; }
    protected override WriteOptions? WriteOptionsCore { get; set; }
    protected override AuthContext AuthContextCore => new(null, []);
    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException();
    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
