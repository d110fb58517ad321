using System.Globalization;
using BktSmart.Admission;
using BktSmart.Authentication;
using Grpc.Core;

namespace BktSmart.Errors;

/// <summary>
/// Gives the refusals of the gRPC library the form of ours (R15). A message that is too large, or is none, is turned away before any
/// interceptor sees the call, with a status that has no reason and a text that is for developers. At the deadline the library answers by
/// itself, whatever an interceptor would have said later; for a call that moves money that answer must not invite to try again. What an
/// interceptor has answered always has details.
/// </summary>
internal static class LibraryRefusals
{
    public static void UseLibraryRefusals(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // A call that fails before its first message has its status among the headers.
        context.Response.OnStarting(() =>
        {
            Rewrite(context);
            return Task.CompletedTask;
        });
        return next(context);
    });

    internal static void Rewrite(HttpContext context)
    {
        var (method, headers) = (context.Request.Path.Value ?? "", context.Response.Headers);
        if (headers.ContainsKey(RefusalHeaders.DetailsHeader)
            || !int.TryParse(headers[RefusalHeaders.StatusHeader], CultureInfo.InvariantCulture, out var code))
            return;
        Reason? reason = (StatusCode)code switch
        {
            StatusCode.ResourceExhausted => Reason.MessageTooLarge,
            StatusCode.Unknown or StatusCode.Internal => Reason.MessageMalformed,
            StatusCode.DeadlineExceeded => AccessList.Find(method)?.MovesMoney ?? false ? Reason.OutcomeUnknown : Reason.DeadlineExceeded,
            _ => null,
        };
        if (reason is not { } found)
            return;
        // The library would log an error with a stack trace of each: appsettings.json has that off.
        if (found is Reason.MessageTooLarge or Reason.MessageMalformed)
            Refusals.Count(found is Reason.MessageTooLarge ? nameof(ServerLimits.MessageSizeMax) : "none");
        new RefusalHeaders(found).Write(context);
    }
}
