using BktSmart.Hosting;
using Microsoft.Extensions.Logging;

namespace BktSmart.Tests.Rules.Hosting;

public sealed class GatewayRefusalsTest
{
    [Fact]
    public void Add_CrowdOfRefusals_MakesALineAMinuteThatCountsThem()
    {
        var (clock, log) = (new Clock(), new Lines());
        var refusals = new GatewayRefusals(clock, log);
        for (var second = 0; second < 90; second++, clock.Seconds++)
            refusals.Add(GatewayRefusal.Method, "IThing.Do");
        Assert.Equal(
            [
                "The gateway refused 1 times since the last such line, now for its Method IThing.Do",
                "The gateway refused 60 times since the last such line, now for its Method IThing.Do",
            ],
            log);
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private sealed class Lines : List<string>, ILogger<GatewayRefusals>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
