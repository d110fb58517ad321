using BktSmart.Errors;
using BktSmart.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Admission;

public sealed class RateLimitTest
{
    private const int PerMinute = 6;

    /// <summary>Of the names of a test, which fall together as chance has it.</summary>
    private const int MoreThanFallTogether = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1) / PerMinute;

    private readonly FakeTimeProvider _time = new();
    private readonly RateLimit<string> _limit;

    public RateLimitTest() => _limit = new RateLimit<string>("PerMinute", PerMinute, Answers.Reason.TooManyCalls, _time);

    [Fact]
    public void Admit_MoreThanAMinutesAtOnce_IsRefusedAndSaysWhenToComeAgain()
    {
        for (var i = 0; i < PerMinute; i++)
            _limit.Admit("somebody");
        var refused = Assert.Throws<RefusedException>(() => _limit.Admit("somebody"));
        Assert.Equal("TOO_MANY_CALLS", Refused.From(refused).Reason);
        var wait = refused.Refusals[0].Wait!.Value;
        Assert.Equal(Interval, wait);

        _time.Advance(wait - TimeSpan.FromTicks(1));
        Assert.Throws<RefusedException>(() => _limit.Admit("somebody"));
        _time.Advance(TimeSpan.FromTicks(1));
        _limit.Admit("somebody");
        Assert.Throws<RefusedException>(() => _limit.Admit("somebody"));
    }

    [Fact]
    public void Admit_OthersCameTooOften_LetsSomebodyElseIn()
    {
        for (var i = 0; i < 10 * PerMinute; i++)
            Record.Exception(() => _limit.Admit("somebody"));
        _limit.Admit("somebody else");
    }

    /// <summary>Nobody fills the memory with names that they make up.</summary>
    [Fact]
    public void Admit_ManyNames_TakesNoMemory()
    {
        var limit = new RateLimit<int>("PerMinute", MoreThanFallTogether, Answers.Reason.TooManyCalls, TimeProvider.System);
        limit.Admit(-1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        const int Names = 100_000;
        for (var name = 0; name < Names; name++)
            limit.Admit(name);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Names);
    }
}
