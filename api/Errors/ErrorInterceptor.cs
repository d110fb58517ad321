using System.Diagnostics;
using System.Diagnostics.Metrics;
using BktSmart.Authentication;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace BktSmart.Errors;

/// <summary>
/// The last stop of everything that is thrown. A refusal gets its form on the wire, in the caller's language. A broken way to the cluster,
/// a passed deadline and a defect become refusals first, so that no exception message or stack trace leaves. For a call that moves money a
/// failure without a clear "it did not run" is <see cref="Reason.OutcomeUnknown"/>: only the ledger knows whether the money moved.
/// </summary>
internal sealed partial class ErrorInterceptor(ClusterState cluster, TimeProvider time, ILogger<ErrorInterceptor> logger) : Interceptor
{
    private static readonly Meter Meter = new(BankTelemetry.Name);

    private static readonly Counter<long> Answered = Meter.CreateCounter<long>(
        "bank.api.call.refused", "{call}", "Calls that were answered with a refusal, by method and reason");

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Answer(exception, context);
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
            throw Answer(exception, context);
        }
    }

    private RpcException Answer(Exception exception, ServerCallContext context)
    {
        if ((exception as RefusedException ?? Translate(exception, context)) is not { } refused)
            return new RpcException(new Status(StatusCode.Cancelled, ""));
        Answered.Add(1, new("rpc.method", context.Method.TrimStart('/')), new("reason", ReasonCatalogue.Of(refused.Reason).Name));
        return RefusalStatus.Of(refused, CallerLanguage.Of(context)).ToRpcException();
    }

    /// <summary>Null where nobody waits for an answer.</summary>
    private RefusedException? Translate(Exception exception, ServerCallContext context)
    {
        var fault = ClusterFaults.Classify(exception);
        var movesMoney = AccessList.Find(context.Method)?.MovesMoney ?? false;
        var mayHaveMovedMoney = movesMoney && cluster.Established && fault is not Reason.Overloaded;

        // Whoever hung up or ran out of time does not wait for an answer any more, but a proxy between us may still read it.
        if (context.Deadline <= time.GetUtcNow().UtcDateTime)
            return Refuse.Because(mayHaveMovedMoney ? Reason.OutcomeUnknown : Reason.DeadlineExceeded);
        if (context.CancellationToken.IsCancellationRequested)
            return null;

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
