using BktSmart.Hosting;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class SharedStatementTest
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int[]> _statements = [];

    /// <summary>
    /// Holds the first statement until it is let go, which lets go of all; refuses every statement with a negative number in it.
    /// </summary>
    private async Task<IReadOnlyList<int>> RunAsync(IReadOnlyList<int> items)
    {
        _statements.Add([.. items]);
        _underWay.TrySetResult();
        await _first.Task;
        if (items.Any(item => item < 0))
            throw new PostgresException("refused", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation);
        return [.. items.Select(item => 10 * item)];
    }

    [Fact]
    public async Task RunAsync_ManyWhileAStatementIsUnderWay_ShareTheNextOnesUpToTheLimit()
    {
        var statement = new SharedStatement<int, int>(3, TimeSpan.Zero, TimeProvider.System, RunAsync);
        var results = new List<Task<int>> { statement.RunAsync(0) };
        await _underWay.Task;
        results.AddRange(Enumerable.Range(1, 4).Select(statement.RunAsync));
        _first.SetResult();

        int[] expected = [0, 10, 20, 30, 40];
        Assert.Equal(expected, await Task.WhenAll(results));
        int[][] shared = [[0], [1, 2, 3], [4]];
        Assert.Equal(shared, _statements);
    }

    [Fact]
    public async Task RunAsync_OneOfSeveralIsRefused_OnlyThatOneFails()
    {
        var statement = new SharedStatement<int, int>(3, TimeSpan.Zero, TimeProvider.System, RunAsync);
        var first = statement.RunAsync(0);
        await _underWay.Task;
        var (good, bad, other) = (statement.RunAsync(1), statement.RunAsync(-1), statement.RunAsync(2));
        _first.SetResult();

        int[] expected = [0, 10, 20];
        Assert.Equal(expected, await Task.WhenAll(first, good, other));
        await Assert.ThrowsAsync<PostgresException>(() => bad);
        Assert.Equal(40, await statement.RunAsync(4));
    }

    [Fact]
    public async Task RunAsync_SoonAfterTheLast_WaitsForOthersUnlessThereAreEnough()
    {
        var time = new WatchedClock();
        var interval = TimeSpan.FromMilliseconds(50);
        var statement = new SharedStatement<int, int>(3, interval, time, RunAsync);
        var results = new List<Task<int>> { statement.RunAsync(0) };
        await _underWay.Task;
        results.AddRange(Enumerable.Range(1, 4).Select(statement.RunAsync));
        _first.SetResult();
        await Task.WhenAll(results.Take(4));
        await time.WaitsAsync();

        results.Add(statement.RunAsync(5));
        time.Advance(interval);
        await Task.WhenAll(results);
        int[][] shared = [[0], [1, 2, 3], [4, 5]];
        Assert.Equal(shared, _statements);
    }

    [Fact]
    public async Task RunAsync_AsManyWaitAsMay_RefusesTheNextAndAnswersTheRest()
    {
        var statement = new SharedStatement<int, int>(1_000, TimeSpan.Zero, TimeProvider.System, RunAsync);
        var first = statement.RunAsync(0);
        await _underWay.Task;
        Task<int>[] waiting = [.. Enumerable.Range(1, SharedStatement<int, int>.WaitingMax).Select(statement.RunAsync)];
        await Assert.ThrowsAsync<StorageUnavailableException>(() => statement.RunAsync(-1));

        _first.SetResult();
        await Task.WhenAll(waiting.Append(first));
        Assert.Equal(70, await statement.RunAsync(7));
    }
}
