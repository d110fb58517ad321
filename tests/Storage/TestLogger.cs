using Microsoft.Extensions.Logging;

namespace BktSmart.Tests.Storage;

/// <summary>A log that is whatever a test wants it to be.</summary>
internal sealed class TestLogger<T>(Action<EventId> log) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => log(eventId);
}
