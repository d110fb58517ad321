using BktSmart.Answers;
using BktSmart.Errors;
using BktSmart.Ledger;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Tests.Api.Ledger;

public sealed class OrderClockTest
{
    private static readonly DateTimeOffset DatabaseTime = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new();
    private readonly OrderClock _clock;

    public OrderClockTest() => _clock = new OrderClock(Options.Create(new OrderOptions { Lifetime = TimeSpan.FromSeconds(30) }), _time);

    [Fact]
    public void Give_DatabaseNotHeardYet_IsRefused() =>
        Assert.Equal(Reason.Unavailable, Assert.Throws<RefusedException>(() => _clock.Give(settleOnly: false)).Reason);

    [Fact]
    public void Give_SomeTimeAfterItWasHeard_CountsFromTheDatabasesClock()
    {
        _clock.Hear(DatabaseTime);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new OrderTerms(DatabaseTime.AddSeconds(32), SettleOnly: true), _clock.Give(settleOnly: true));
        _clock.Hear(DatabaseTime.AddSeconds(5));
        Assert.Equal(new OrderTerms(DatabaseTime.AddSeconds(35), SettleOnly: false), _clock.Give(settleOnly: false));
    }
}
