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

    [Fact]
    public async Task HoldAsync_CallerIsGone_EndsAtOnce()
    {
        using var gone = new CancellationTokenSource();
        var answer = _answerTime.HoldAsync(() => Task.FromResult(7), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    /// <summary>The clock of the machine: never before its time, though timers go by milliseconds.</summary>
    [Fact]
    public async Task HoldAsync_ClockOfTheMachine_IsNotEarly()
    {
        var answerTime = new AnswerTime(Options.Create(new AnswerTimeOptions { Interval = TimeSpan.FromMilliseconds(10) }), TimeProvider.System);
        for (var i = 0; i < 20; i++)
        {
            var begun = TimeProvider.System.GetTimestamp();
            await answerTime.HoldAsync(() => Task.FromResult(7), TestContext.Current.CancellationToken);
            Assert.True(TimeProvider.System.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(10));
        }
    }

    [Theory]
    [InlineData(9)]
    [InlineData(1001)]
    public void Validate_IntervalOutOfRange_IsRefused(int milliseconds) => Assert.StartsWith(
        "AnswerTime: Interval must",
        new AnswerTimeOptions.Validator().Validate(null, new AnswerTimeOptions { Interval = milliseconds * Millisecond }).FailureMessage,
        StringComparison.Ordinal);
}
