using Orleans.CodeGeneration;
using Orleans.GrainReferences;
using Orleans.Serialization.Invocation;

namespace BktSmart.Hosting;

/// <summary>
/// Sends each call through the next gateway in turn. The client of Orleans sends all calls to an actor through one gateway until the
/// connection to it breaks. After the restart of a silo all of them go through the others; and one that freezes keeps its connections, so
/// with it everything would stand still. Nothing here relies on the order that this gives up: who wants one waits for the answer before.
/// Orleans 10.4.2 has the option, but what its attributes say of it does not reach a call.
/// </summary>
internal sealed class EveryGateway(IGrainReferenceRuntime orleans) : IGrainReferenceRuntime
{
    /// <summary>Takes effect for every reference to an actor that the client gives.</summary>
    public static void AddTo(IServiceCollection services)
    {
        foreach (var maker in services.Where(service => service.ServiceType == typeof(IGrainReferenceActivatorProvider)).ToArray())
        {
            services.Remove(maker);
            services.AddSingleton(provider => (IGrainReferenceActivatorProvider)ActivatorUtilities.CreateInstance(
                new Services(provider), maker.ImplementationType!));
        }
    }

    public ValueTask<T?> InvokeMethodAsync<T>(GrainReference reference, IInvokable request, InvokeMethodOptions options) =>
        orleans.InvokeMethodAsync<T>(reference, request, options | InvokeMethodOptions.Unordered);

    public ValueTask InvokeMethodAsync(GrainReference reference, IInvokable request, InvokeMethodOptions options) =>
        orleans.InvokeMethodAsync(reference, request, options | InvokeMethodOptions.Unordered);

    public void InvokeMethod(GrainReference reference, IInvokable request, InvokeMethodOptions options) =>
        orleans.InvokeMethod(reference, request, options | InvokeMethodOptions.Unordered);

    public object Cast(IAddressable grain, Type interfaceType) => orleans.Cast(grain, interfaceType);

    /// <summary>All services of a host, with this one in the place of the other: Orleans insists on its own elsewhere.</summary>
    private sealed class Services(IServiceProvider host) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(IServiceProvider) ? this
            : serviceType == typeof(IGrainReferenceRuntime) ? new EveryGateway(host.GetRequiredService<IGrainReferenceRuntime>())
            : host.GetService(serviceType);
    }
}
