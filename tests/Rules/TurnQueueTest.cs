using BktSmart.Authentication;

namespace BktSmart.Tests.Rules;

public sealed class TurnQueueTest
{
    private const int WaitingMax = 3;

    /// <summary>Only for a defect.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task TryEnterAsync_MoreThanMayWait_RefusesThoseAndTakesTheRestInOrder()
    {
        using var queue = new TurnQueue(WaitingMax);
        var first = await queue.TryEnterAsync(CancellationToken.None);
        var waiting = Enumerable.Range(0, WaitingMax).Select(_ => queue.TryEnterAsync(CancellationToken.None)).ToArray();
        Assert.Null(await queue.TryEnterAsync(CancellationToken.None).WaitAsync(Patience));
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
        Assert.NotNull(await queue.TryEnterAsync(CancellationToken.None));
    }

    [Fact]
    public async Task TryEnterAsync_WhoWaitsGivesUp_LeavesTheirPlaceToAnother()
    {
        using var queue = new TurnQueue(waitingMax: 1);
        var first = await queue.TryEnterAsync(CancellationToken.None);
        using var patience = new CancellationTokenSource();
        var gone = queue.TryEnterAsync(patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        var next = queue.TryEnterAsync(CancellationToken.None);
        first!.Dispose();
        Assert.NotNull(await next);
    }
}
