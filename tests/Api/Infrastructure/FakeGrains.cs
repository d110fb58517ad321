using System.Reflection;

namespace BktSmart.Infrastructure;

/// <summary>A grain factory that gives the fakes it was made with, and for an observer the observer itself.</summary>
public class FakeGrains : DispatchProxy
{
    private object[] _grains = [];

    public static IGrainFactory With(params object[] grains)
    {
        var factory = Create<IGrainFactory, FakeGrains>();
        ((FakeGrains)(object)factory)._grains = grains;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IGrainFactory.GetGrain) => _grains.Single(targetMethod.GetGenericArguments()[0].IsInstanceOfType),
        nameof(IGrainFactory.CreateObjectReference) => args![0],
        nameof(IGrainFactory.DeleteObjectReference) => null,
        _ => throw new NotSupportedException(targetMethod.Name),
    };
}
