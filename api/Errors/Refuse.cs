using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace BktSmart.Errors;

/// <summary>
/// Makes the gRPC form of a refusal: <c>ErrorInfo</c> for programs, a <c>LocalizedMessage</c> in each language for people, and
/// <c>BadRequest</c> and <c>RetryInfo</c> where they fit. It is built where the refusal is found and thrown once: a refusal is ordinary
/// traffic.
/// </summary>
internal static class Refuse
{
    public const string Domain = "bktsmart.bkt.com.al";

    /// <summary>The key in <c>ErrorInfo.metadata</c> under which support finds the log line and the trace.</summary>
    public const string ReferenceKey = "reference";

    public static RpcException Because(Reason reason, string? field = null) => Because(new Refusal(reason, field));

    /// <param name="wait">How long, before it is tried again.</param>
    public static RpcException Because(Reason reason, TimeSpan wait) => Because(new Refusal(reason), wait: wait);

    /// <param name="reference">Finds the log line and the trace of a general error; also part of the texts, so that a customer can read it
    /// out.</param>
    /// <param name="wait">How long, before it is tried again; null for what is usual.</param>
    public static RpcException Because(Refusal refusal, string? reference = null, TimeSpan? wait = null)
    {
        var entry = ReasonCatalogue.Of(refusal.Reason);
        var albanian = reference is null ? entry.Albanian : $"{entry.Albanian} Referenca: {reference}.";
        var english = reference is null ? entry.English : $"{entry.English} Reference: {reference}.";

        var info = new ErrorInfo { Reason = entry.Name, Domain = Domain };
        if (reference is not null)
            info.Metadata.Add(ReferenceKey, reference);

        var status = new Status { Code = (int)entry.Status, Message = english };
        status.Add(info);
        status.Add(new LocalizedMessage { Locale = "sq", Message = albanian });
        status.Add(new LocalizedMessage { Locale = "en", Message = english });
        if (refusal.Field is { } field)
        {
            var violation = new BadRequest.Types.FieldViolation { Field = field, Description = entry.English, Reason = entry.Name };
            status.Add(new BadRequest { FieldViolations = { violation } });
        }

        if ((wait ?? RetryDelay(refusal.Reason)) is { } delay)
            status.Add(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) });
        return status.ToRpcException();
    }

    /// <summary>The value of a result; its refusal is thrown.</summary>
    public static T OrRefuse<T>(this Result<T> result) => result.Succeeded ? result.Value : throw Because(result.Refusal);

    /// <summary>A required message of the request.</summary>
    public static T OrMissing<T>([NotNull] this T? message, string field)
        where T : class, IMessage =>
        message ?? throw Because(Reason.FieldMissing, field);

    /// <summary>A required text of the request.</summary>
    public static string OrMissing(this string text, string field) => text.Length > 0 ? text : throw Because(Reason.FieldMissing, field);

    private static TimeSpan? RetryDelay(Reason reason) => reason switch
    {
        Reason.Overloaded => TimeSpan.FromMilliseconds(100),
        Reason.Unavailable or Reason.MessageTooSlow or Reason.AccountBusy or Reason.OrderTooLate => TimeSpan.FromSeconds(1),
        _ => null,
    };

    private static void Add(this Status status, IMessage detail) => status.Details.Add(Any.Pack(detail));
}
