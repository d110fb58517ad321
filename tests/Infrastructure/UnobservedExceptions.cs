using System.Collections.Concurrent;
using Xunit;

namespace BktSmart.Tests.Infrastructure;

/// <summary>Fails a run in which a task failed and nobody looked. Only the collector finds such a task, so it is nobody's test.</summary>
public sealed class UnobservedExceptions : IAsyncLifetime
{
    private readonly ConcurrentQueue<Exception> _exceptions = new();

    public ValueTask InitializeAsync()
    {
        TaskScheduler.UnobservedTaskException += Keep;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        // Twice, because a task may be held by one that is collected first.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        TaskScheduler.UnobservedTaskException -= Keep;
        return _exceptions.IsEmpty
            ? ValueTask.CompletedTask
            : throw new InvalidOperationException($"{_exceptions.Count} tasks failed and nobody looked:\n{string.Join('\n', _exceptions)}");
    }

    private void Keep(object? sender, UnobservedTaskExceptionEventArgs args)
    {
        if (!args.Exception.InnerExceptions.All(IsEndOfAnOrleansStream))
            _exceptions.Enqueue(args.Exception);
    }

    /// <summary>
    /// Orleans ends its own streams, of members for example, with an exception for the next reader, who need not be there.
    /// </summary>
    private static bool IsEndOfAnOrleansStream(Exception exception) =>
        exception is ObjectDisposedException { ObjectName: "This instance has been disposed" };
}
