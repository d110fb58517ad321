using BktSmart.Authentication;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace BktSmart.Errors;

/// <summary>
/// Makes a call that only reads once more, when its answer was lost with a silo that stopped or died. An order is left to its client: it
/// would get a later last moment than the one that it came with.
/// </summary>
internal sealed partial class RepeatInterceptor(ILogger<RepeatInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (SiloUnavailableException) when (
            !context.CancellationToken.IsCancellationRequested && AccessList.Find(context.Method) is { IsRead: true })
        {
            LogRepeated(context.Method);
            return await continuation(request, context);
        }
    }

    [LoggerMessage(5203, LogLevel.Information, "{Method} is called once more: its answer was lost with a silo")]
    private partial void LogRepeated(string method);
}
