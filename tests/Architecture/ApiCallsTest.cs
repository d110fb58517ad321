using System.Reflection;
using Mono.Cecil;
using Orleans.Concurrency;

namespace BktSmart.Tests.Architecture;

/// <summary>What API nodes call, and what silos let whoever comes through a gateway call, are the same.</summary>
public sealed class ApiCallsTest
{
    private static readonly Assembly Contract = typeof(ForApiAttribute).Assembly;

    private static readonly MethodInfo[] Methods =
    [
        .. Contract.GetTypes()
            .Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))
            .Where(type => !typeof(IGrainObserver).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods()),
    ];

    private static readonly MethodInfo[] Permitted = [.. Methods.Where(method => method.IsDefined(typeof(ForApiAttribute)))];

    [Fact]
    public void ForApi_IsOnWhatTheApiCalls_AndOnNothingElse() => Assert.Equal(
        CallsOfTheApi().Distinct().Order(StringComparer.Ordinal),
        Permitted.Where(method => !method.GetCustomAttribute<ForApiAttribute>()!.OnlyBefore).Select(NameOf).Order(StringComparer.Ordinal));

    [Fact]
    public void ForApi_OfTheVersionBefore_IsOnWhatTheApiCallsNoMore() => Assert.Empty(
        Permitted.Where(method => method.GetCustomAttribute<ForApiAttribute>()!.OnlyBefore).Select(NameOf).Intersect(CallsOfTheApi()));

    /// <summary>Names tell the methods of an actor apart.</summary>
    [Fact]
    public void Methods_OfAnActor_HaveNamesOfTheirOwn() => Assert.Equal(Methods.Length, Methods.Select(NameOf).Distinct().Count());

    /// <summary>The gateway takes no message of a client that says so of itself: any call could.</summary>
    [Fact]
    public void ForApi_Methods_AreAnsweredAndTakeTurns() => Assert.Empty(
        Permitted.Where(method => method.IsDefined(typeof(OneWayAttribute))
            || method.IsDefined(typeof(AlwaysInterleaveAttribute)) || method.IsDefined(typeof(ReadOnlyAttribute))).Select(NameOf));

    /// <summary>The contract too, because a helper that stands there may call for the API.</summary>
    private static IEnumerable<string> CallsOfTheApi() =>
        from assembly in (Assembly[])[typeof(Requests.PageToken).Assembly, Contract, typeof(Hosting.BankTelemetry).Assembly]
        from type in ModuleDefinition.ReadModule(assembly.Location).GetTypes()
        where !type.FullName.StartsWith("OrleansCodeGen", StringComparison.Ordinal)
        from method in type.Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        let called = instruction.Operand as MethodReference
        where called is not null
        let name = $"{called.DeclaringType.Name}.{called.Name}"
        where Names.Contains(name)
        select name;

    private static readonly HashSet<string> Names = [.. Methods.Select(NameOf)];

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
