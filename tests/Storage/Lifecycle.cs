namespace BktSmart.Tests.Storage;

/// <summary>Hands over the one observer that subscribes.</summary>
internal sealed class Lifecycle : ISiloLifecycle, IDisposable
{
    public ILifecycleObserver? Observer { get; private set; }

    public int HighestCompletedStage => 0;

    public int LowestStoppedStage => 0;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        Observer = observer;
        return this;
    }

    public void Dispose()
    {
    }
}
