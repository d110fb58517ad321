using BktSmart.Authentication;

namespace BktSmart.Tests.Rules;

public sealed class TurnQueueTest
{
    private const int WaitingMax = 3;

    /// <summary>Only for a defect.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task TryEnterAsync_MoreThanMayWait_RefusesThoseAndTakesTheRestInOrder()
    {
        using var queue = new TurnQueue(WaitingMax);
        var first = await EnterAsync(queue);
        var waiting = Enumerable.Range(0, WaitingMax).Select(_ => EnterAsync(queue)).ToArray();
        Assert.Null(await EnterAsync(queue).WaitAsync(Long));
        Assert.Equal(WaitingMax, queue.Waiting);
        Assert.All(waiting, turn => Assert.False(turn.IsCompleted));

        foreach (var (next, i) in waiting.Select((next, i) => (next, i)))
        {
            first!.Dispose();
            first = await next;
            Assert.All(waiting[(i + 1)..], turn => Assert.False(turn.IsCompleted));
        }

        first!.Dispose();
        Assert.Equal(0, queue.Waiting);
        Assert.NotNull(await EnterAsync(queue));
    }

    private static async Task<IDisposable?> EnterAsync(TurnQueue queue, CancellationToken cancellationToken = default)
    {
        using var patience = new Patience(Long, TimeProvider.System, cancellationToken);
        return await queue.TryEnterAsync(patience);
    }

    [Fact]
    public async Task TryEnterAsync_LongerThanThePatience_RefusesAndLeavesThePlaceToAnother()
    {
        using var queue = new TurnQueue(waitingMax: 1);
        var first = await EnterAsync(queue);
        using var patience = new Patience(TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        Assert.Null(await queue.TryEnterAsync(patience).WaitAsync(Long));
        var next = EnterAsync(queue);
        first!.Dispose();
        Assert.NotNull(await next);
    }

    [Fact]
    public async Task TryEnterAsync_WhoWaitsGivesUp_LeavesTheirPlaceToAnother()
    {
        using var queue = new TurnQueue(waitingMax: 1);
        var first = await EnterAsync(queue);
        using var patience = new CancellationTokenSource();
        var gone = EnterAsync(queue, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        var next = EnterAsync(queue);
        first!.Dispose();
        Assert.NotNull(await next);
    }
}
