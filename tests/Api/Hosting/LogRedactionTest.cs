using Microsoft.Extensions.Logging;

namespace BktSmart.Hosting;

public sealed partial class LogRedactionTest
{
    [Theory]
    [InlineData("Grain account/AL47212110090000000235698741 is stuck", "Grain account/… is stuck")]
    [InlineData("credentials/123456789@127.0.0.1:11111", "credentials/…@127.0.0.1:11111")]
    [InlineData("stream ledger/transactions/customer-123456789, may retry", "stream ledger/transactions/customer-…, may retry")]
    [InlineData("to customer/123456789, age 00:00:30.1234567", "to customer/…, age 00:00:30.1234567")]
    [InlineData("Key (phone)=(+355691234567) exists", "Key (phone)=(…) exists")]
    [InlineData("national_id J00101999A", "national_id …")]
    public void Redact_Identifier_IsLeftOut(string text, string redacted) => Assert.Equal(redacted, LogRedaction.Redact(text));

    [Theory]
    [InlineData("S127.0.0.1:11111:154321234 sys.svc/127.0.0.1:11111@154321234+ledger")]
    [InlineData("took 0.123456789 s")]
    [InlineData("silo 1543212345, 12345678 events, 2026-11-30T16:30:00.1234567Z")]
    [InlineData("trace 4bf92f3577b34da6a3ce929d0e0e4736, session 0190f5a0-0000-7000-8000-123456789012")]
    public void Redact_OtherNumbers_Stay(string text) => Assert.Equal(text, LogRedaction.Redact(text));

    [Fact]
    public void Log_IdentifierInTheTextOrTheException_IsLeftOutAndAllElseStays()
    {
        using var written = new Written();
        var logger = new LogRedaction.Provider(written).CreateLogger("Orleans.Runtime");
        LogNoAnswer(logger, new InvalidOperationException("account/AL47212110090000000235698741"), "account/1");
        LogEvents(logger, 3);

        Assert.StartsWith(
            $"No answer from account/1{Environment.NewLine}System.InvalidOperationException: account/…", written.Lines[0].Text,
            StringComparison.Ordinal);
        Assert.Equal(("3 events", true), written.Lines[1]);
    }

    [LoggerMessage(1, LogLevel.Warning, "No answer from {Grain}")]
    private static partial void LogNoAnswer(ILogger logger, Exception exception, string grain);

    [LoggerMessage(2, LogLevel.Warning, "{Count} events")]
    private static partial void LogEvents(ILogger logger, int count);

    /// <summary>What reached the console, and whether it still has its fields.</summary>
    private sealed class Written : ILoggerProvider, ILogger
    {
        public List<(string Text, bool HasFields)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(($"{formatter(state, exception)}{exception}", state is IReadOnlyList<KeyValuePair<string, object?>>));

        public void Dispose()
        {
        }
    }
}
