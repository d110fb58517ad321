using Orleans.Metadata;
using Orleans.Serialization.Invocation;

namespace BktSmart.Hosting;

// Who calls is what the message says. A message from a gateway says the truth, because GatewayGuard drops the others, so a client's call is
// known in whatever silo it ends. What is run is what the body of the message says, and neither its header nor the kind of its target: so
// the method decides, also where the target is a part of Orleans.

/// <summary>Refuses what a client of the gateway calls and API nodes do not.</summary>
internal sealed class GatewayCallFilter(GatewayRefusals refusals, GrainInterfaceTypeResolver interfaces) : IIncomingGrainCallFilter
{
    private readonly GrainInterfaceType _cancellation = interfaces.GetGrainInterfaceType(ApiCalls.Cancellation);

    public Task Invoke(IIncomingGrainCallContext context) =>
        context.SourceId is { } source && GatewayClient.Is(source) && !MayCall(source, context.Request)
            ? Refuse(context)
            : context.Invoke();

    /// <summary>A client may give up its own calls, and nobody else's.</summary>
    internal static bool MayCall(GrainId client, IInvokable call) =>
        call.GetMethod() is { } method
        && (ApiCalls.Include(method)
            || (method.DeclaringType == ApiCalls.Cancellation && call.GetArgument(0) is GrainId caller && caller == client));

    /// <summary>
    /// Nobody waits for the answer to a cancellation, and Orleans logs each failure of a call that nobody waits for: under its name nothing
    /// fails.
    /// </summary>
    private Task Refuse(IIncomingGrainCallContext context)
    {
        refusals.Add(GatewayRefusal.Method, $"{context.InterfaceName}.{context.MethodName}");
        context.Response = context.InterfaceType == _cancellation
            ? Response.Completed
            : Response.FromException(new UnauthorizedAccessException());
        return Task.CompletedTask;
    }
}
