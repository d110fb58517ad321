using BktSmart.Answers;
using BktSmart.Errors;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>
/// Turns a call away at once while this node has as many under way as it may (<see cref="ServerLimits.CallsMax"/>). Here that costs a fraction of what the cluster would spend on the call,
/// and those that were let in keep their speed. It stands before the check of tokens, and the call did not run. Probes always pass: a busy node is not a broken one. Streams have limits of their own.
/// </summary>
internal sealed class LoadShedder(IOptions<ServerLimits> limits) : Interceptor
{
    private const string Probes = "/grpc.";

    private readonly int _max = limits.Value.CallsMax;
    private int _underWay;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (context.Method.StartsWith(Probes, StringComparison.Ordinal))
            return await continuation(request, context);

        try
        {
            if (Interlocked.Increment(ref _underWay) > _max)
                throw Refuse.Because(Reason.Overloaded);
            return await continuation(request, context);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
