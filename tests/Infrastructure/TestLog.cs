using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xunit;

namespace BktSmart.Tests.Infrastructure;

/// <summary>
/// What the tests of one class make the bank log as an error. A test says which errors it causes (<see cref="Expect"/>). Any other fails
/// it, and so does one that was announced and does not come. <see cref="JudgeLogAttribute"/> looks after each test, and a cluster when it
/// ends.
/// </summary>
public sealed class TestLog : ILoggerProvider
{
    private static readonly ConcurrentDictionary<string, TestLog> Logs = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _expected = new();
    private readonly ConcurrentQueue<string> _allowed = new();

    private TestLog()
    {
    }

    /// <summary>Of the class whose test runs here. The tests of a class run one after the other.</summary>
    public static TestLog Current => Of(TestContext.Current.TestClass?.UniqueID ?? "");

    internal static TestLog Of(string testClass) => Logs.GetOrAdd(testClass, _ => new TestLog());

    /// <summary>Announces errors of the running test, one or more.</summary>
    /// <param name="part">Of the line or of its exception.</param>
    public void Expect(string part) => _expected.Enqueue(part);

    /// <summary>Announces errors that chance may bring from here to the end of the running test, or not.</summary>
    /// <param name="part">Of the line or of its exception.</param>
    public void Allow(string part) => _allowed.Enqueue(part);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public ILogger<T> CreateLogger<T>() => new Logger<T>(this);

    public void Dispose()
    {
    }

    /// <summary>Fails where an error was not announced.</summary>
    public void AssertNoneIsLeft()
    {
        string[] unexpected = [.. _errors.Where(error => !IsOneOf(_expected, error))];
        _errors.Clear();
        _expected.Clear();
        _allowed.Clear();
        if (unexpected.Length > 0)
            throw new InvalidOperationException($"Errors were logged that no test announced:\n{string.Join('\n', unexpected)}");
    }

    internal void EndTest()
    {
        // The caller may have its answer before the line is written.
        string[] missing = [.. _expected.Where(part => !SpinWait.SpinUntil(() => _errors.Any(error => Has(error, part)), Patience))];
        // What this test announced is not the next one's.
        AssertNoneIsLeft();
        if (missing.Length > 0)
            throw new InvalidOperationException($"These errors were announced and not logged:\n{string.Join('\n', missing)}");
    }

    private static bool IsOneOf(IEnumerable<string> parts, string error) =>
        parts.Any(part => Has(error, part));

    private static bool Has(string error, string part) => error.Contains(part, StringComparison.Ordinal);

    private void Add(string error)
    {
        if (!IsOneOf(_allowed, error))
            _errors.Enqueue(error);
    }

    private class Logger(TestLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Add($"{category}[{eventId.Id}]: {formatter(state, exception)} {exception}");
        }
    }

    private sealed class Logger<T>(TestLog log) : Logger(log, typeof(T).Name), ILogger<T>;
}
