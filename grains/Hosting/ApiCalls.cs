using System.Collections.Frozen;
using System.Reflection;

namespace BktSmart.Hosting;

/// <summary>What a client of the gateway may call: what API nodes call, and what the client of Orleans calls for itself.</summary>
internal static class ApiCalls
{
    /// <summary>Where Orleans has the interfaces that its client calls. They are not public.</summary>
    private static readonly Assembly Orleans = typeof(IClusterClient).Assembly;

    private static readonly FrozenSet<MethodInfo> Methods = typeof(ForApiAttribute).Assembly.GetTypes()
        .Where(type => type.IsInterface)
        .SelectMany(type => type.GetMethods())
        .Where(method => method.IsDefined(typeof(ForApiAttribute), inherit: false))
        // Which actors there are, and which silo has them.
        .Concat(Of("Orleans.Runtime.IClusterManifestSystemTarget").GetMethods())
        .ToFrozenSet();

    /// <summary>The caller of a method does not wait any more: its <c>CancellationToken</c> says so.</summary>
    public static Type Cancellation { get; } = Of("Orleans.Runtime.IGrainCallCancellationExtension");

    public static bool Include(MethodInfo method) => Methods.Contains(method);

    private static Type Of(string name) => Orleans.GetType(name, throwOnError: true)!;
}
