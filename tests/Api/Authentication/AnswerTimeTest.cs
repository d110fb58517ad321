using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Authentication;

public sealed class AnswerTimeTest
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly AnswerTime _answerTime;

    public AnswerTimeTest() => _answerTime = new AnswerTime(Options.Create(new AnswerTimeOptions()), _time);

    [Theory]
    [InlineData(0, 100)]
    [InlineData(8, 100)]
    [InlineData(99, 100)]
    [InlineData(100, 200)]
    [InlineData(333, 400)]
    public async Task HoldAsync_WorkTakesSomeTime_AnswersAtTheNextMultiple(int workMilliseconds, int answerMilliseconds)
    {
        var work = new TaskCompletionSource<int>();
        var answer = _answerTime.HoldAsync(() => work.Task, TestContext.Current.CancellationToken);
        _time.Advance(workMilliseconds * Millisecond);
        work.SetResult(7);

        _time.Advance((answerMilliseconds - workMilliseconds) * Millisecond - TimeSpan.FromTicks(1));
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(7, await answer);
    }

    [Fact]
    public async Task HoldAsync_WorkFails_FailsAtTheNextMultiple()
    {
        var answer = _answerTime.HoldAsync<int>(() => throw new TimeoutException(), TestContext.Current.CancellationToken);
        _time.Advance(99 * Millisecond);
        Assert.False(answer.IsCompleted);
        _time.Advance(Millisecond);
        await Assert.ThrowsAsync<TimeoutException>(() => answer);
    }

    /// <summary>As on a machine that stands still between two lines.</summary>
    [Fact]
    public async Task HoldAsync_TimePassesMeanwhile_IsStillAnswered()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = 150 * Millisecond };
        var answer = new AnswerTime(Options.Create(new AnswerTimeOptions()), time)
            .HoldAsync(() => Task.FromResult(7), TestContext.Current.CancellationToken);
        time.Advance(100 * Millisecond);
        Assert.Equal(7, await answer.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task HoldAsync_CallerIsGone_EndsAtOnce()
    {
        using var gone = new CancellationTokenSource();
        var answer = _answerTime.HoldAsync(() => Task.FromResult(7), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task HoldAsync_TimerThatIsEarly_IsNotEarly()
    {
        var time = new ClockOfMilliseconds();
        var work = new TaskCompletionSource<int>();
        var answer = new AnswerTime(Options.Create(new AnswerTimeOptions()), time)
            .HoldAsync(() => work.Task, TestContext.Current.CancellationToken);
        time.Advance(8.4 * Millisecond);
        work.SetResult(7);

        time.Advance(91 * Millisecond);
        Assert.False(answer.IsCompleted);
        time.Advance(0.6 * Millisecond);
        Assert.Equal(7, await answer);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(1001)]
    public void Validate_IntervalOutOfRange_IsRefused(int milliseconds) => Assert.StartsWith(
        "AnswerTime: Interval must",
        new AnswerTimeOptions.Validator().Validate(null, new AnswerTimeOptions { Interval = milliseconds * Millisecond }).FailureMessage,
        StringComparison.Ordinal);

    /// <summary>Its timers drop what is less than a millisecond, as those of the machine do.</summary>
    private sealed class ClockOfMilliseconds : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.FromMilliseconds((long)dueTime.TotalMilliseconds), period);
    }
}
