using System.Diagnostics.Metrics;
using BktSmart.Authentication;
using BktSmart.Errors;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>
/// Turns a call away while this node has as many under way as it may (<see cref="ServerLimits.CallsMax"/>). It is the first thing that sees
/// a call, and its answer is made once: a refusal must cost next to nothing, or refusing alone keeps the node from answering those that it
/// let in. The call did not run. Probes always pass, because a busy node is not a broken one; streams have limits of their own.
/// </summary>
internal sealed class LoadShedder
{
    private static readonly Meter Meter = new(BankTelemetry.Name);
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "bank.api.overload", "{call}", "Calls that found the node full");
    private static readonly RefusalHeaders Overloaded = new(Reason.Overloaded);

    private readonly int _max;
    private int _underWay;

    public LoadShedder(IOptions<ServerLimits> limits)
    {
        _max = limits.Value.CallsMax;
        Meter.CreateObservableUpDownCounter<int>(
            "bank.api.call.active", () => Volatile.Read(ref _underWay), "{call}", "Calls under way that count towards Limits:CallsMax");
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (AccessList.Find(context.Request.Path.Value ?? "") is not { IsBounded: true })
            return next(context);
        if (Interlocked.Increment(ref _underWay) <= _max)
            return LetInAsync(context, next);

        Interlocked.Decrement(ref _underWay);
        return RefuseAsync(context);
    }

    private static async Task RefuseAsync(HttpContext context)
    {
        Refused.Add(1);
        // A client that still sends its request would be reset, and would not read the answer.
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        Overloaded.Write(context.Response.Headers);
        context.Response.ContentType = "application/grpc";
    }

    private async Task LetInAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
