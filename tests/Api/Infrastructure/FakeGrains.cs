using System.Collections.Concurrent;
using System.Reflection;

namespace BktSmart.Infrastructure;

/// <summary>A grain factory that gives the fakes it was made with, and for an observer the observer itself.</summary>
public class FakeGrains : DispatchProxy
{
    private object[] _grains = [];

    /// <summary>Those that were asked for.</summary>
    internal ConcurrentQueue<object?> Keys { get; } = [];

    public static IGrainFactory With(params object[] grains)
    {
        var factory = Create<IGrainFactory, FakeGrains>();
        ((FakeGrains)(object)factory)._grains = grains;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IGrainFactory.GetGrain) => Find(targetMethod.GetGenericArguments()[0], args![0]),
        nameof(IGrainFactory.CreateObjectReference) => args![0],
        nameof(IGrainFactory.DeleteObjectReference) => null,
        _ => throw new NotSupportedException(targetMethod.Name),
    };

    private object Find(Type type, object? key)
    {
        Keys.Enqueue(key);
        return _grains.Single(type.IsInstanceOfType);
    }
}
