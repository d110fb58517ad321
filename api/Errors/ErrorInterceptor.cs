using System.Diagnostics;
using BktSmart.Authentication;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace BktSmart.Errors;

/// <summary>
/// The last stop of everything that is thrown. A refusal is already in its form and passes; a broken way to the cluster, a passed deadline
/// and a defect get theirs here, so that no exception message or stack trace leaves. For a call that moves money a failure without a clear
/// "it did not run" is
/// <see cref="Reason.OutcomeUnknown"/>: only the ledger knows whether the money moved.
/// </summary>
internal sealed partial class ErrorInterceptor(ClusterState cluster, TimeProvider time, ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Translate(exception, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        var fault = ClusterFaults.Classify(exception);
        var movesMoney = AccessList.Find(context.Method)?.MovesMoney ?? false;
        var mayHaveMovedMoney = movesMoney && cluster.Established && fault is not Reason.Overloaded;

        // Whoever hung up or ran out of time does not wait for an answer any more, but a proxy between us may still read it.
        if (context.Deadline <= time.GetUtcNow().UtcDateTime)
            return Refuse.Because(mayHaveMovedMoney ? Reason.OutcomeUnknown : Reason.DeadlineExceeded);
        if (context.CancellationToken.IsCancellationRequested)
            return new RpcException(new Status(StatusCode.Cancelled, ""));

        // Nothing can have run anywhere.
        if (!cluster.Established)
            return Refuse.Because(Reason.Unavailable);

        var reference = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToString();
        switch (fault)
        {
            case Reason.Overloaded:
                return Refuse.Because(Reason.Overloaded);
            case { } reason:
                // Not the exception: the messages of the runtime carry grain keys, and those carry IBANs and customer numbers.
                LogClusterFault(context.Method, exception.GetType().Name, reference);
                return Refuse.Because(new Refusal(mayHaveMovedMoney ? Reason.OutcomeUnknown : reason), reference);
            default:
                LogDefect(exception, context.Method, reference);
                return Refuse.Because(new Refusal(mayHaveMovedMoney ? Reason.OutcomeUnknown : Reason.Internal), reference);
        }
    }

    [LoggerMessage(5201, LogLevel.Warning, "{Method} got no answer from the cluster ({Error}); reference {Reference}")]
    private partial void LogClusterFault(string method, string error, string reference);

    [LoggerMessage(5202, LogLevel.Error, "{Method} failed; reference {Reference}")]
    private partial void LogDefect(Exception exception, string method, string reference);
}
