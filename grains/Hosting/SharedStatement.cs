using System.Collections.Concurrent;
using Npgsql;

namespace BktSmart.Hosting;

/// <summary>
/// One statement for all who ask at about the same time. One who comes after a pause waits for nothing; those who come while a statement is
/// under way, or soon after it began, wait for the next, together. A statement that the database refuses is run for each one alone, so that
/// only those fail who are the reason. Where <see cref="WaitingMax"/> wait, the next is refused, and nothing is done for it.
/// </summary>
/// <param name="countMax">How many share a statement, at most. Where as many wait, they wait for the statement under way only.</param>
/// <param name="interval">Least time from the beginning of a statement to that of the next.</param>
/// <param name="time">Paces the statements; see <see cref="BackgroundTime"/>.</param>
/// <param name="runAsync">Runs the statement and gives a result for each item, in their order.</param>
internal sealed class SharedStatement<TItem, TResult>(
    int countMax, TimeSpan interval, TimeProvider time, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> runAsync)
{
    /// <summary>
    /// Who asks are deliveries of events and messages, which come again. So many are minutes of a database that answers nothing; more would
    /// only fill the memory.
    /// </summary>
    internal const int WaitingMax = 10_000;

    private readonly ConcurrentQueue<Waiting> _waiting = new();
    private int _waitingCount;
    private int _running;
    private long? _lastBegan;

    private sealed record Waiting(TItem Item, TaskCompletionSource<TResult> Result);

    /// <exception cref="StorageUnavailableException">As many wait as may.</exception>
    public Task<TResult> RunAsync(TItem item)
    {
        if (Interlocked.Increment(ref _waitingCount) > WaitingMax)
        {
            Interlocked.Decrement(ref _waitingCount);
            return Task.FromException<TResult>(new StorageUnavailableException("Too many wait for the database."));
        }

        var waiting = new Waiting(item, new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting.Enqueue(waiting);
        // Not on the scheduler of the grain that happened to come first.
        if (Interlocked.Exchange(ref _running, 1) == 0)
            _ = Task.Run(DrainAsync);
        return waiting.Result.Task;
    }

    private async Task DrainAsync()
    {
        var together = new List<Waiting>(countMax);
        do
        {
            while (!_waiting.IsEmpty)
            {
                if (Pause() is var pause && pause > TimeSpan.Zero)
                    await Task.Delay(pause, time);
                _lastBegan = time.GetTimestamp();
                together.Clear();
                while (together.Count < countMax && _waiting.TryDequeue(out var waiting))
                    together.Add(waiting);
                Interlocked.Add(ref _waitingCount, -together.Count);
                await RunAsync(together);
            }

            Interlocked.Exchange(ref _running, 0);
        }
        while (!_waiting.IsEmpty && Interlocked.Exchange(ref _running, 1) == 0);
    }

    private TimeSpan Pause() =>
        _lastBegan is not { } last || _waiting.Count >= countMax ? TimeSpan.Zero : interval - time.GetElapsedTime(last);

    private async Task RunAsync(IReadOnlyList<Waiting> together)
    {
        try
        {
            var results = await runAsync([.. together.Select(waiting => waiting.Item)]);
            for (var i = 0; i < together.Count; i++)
                together[i].Result.TrySetResult(results[i]);
        }
        catch (PostgresException exception) when (!exception.IsTransient && together.Count > 1)
        {
            foreach (var waiting in together)
                await RunAsync([waiting]);
        }
        catch (Exception exception)
        {
            foreach (var waiting in together)
            {
                waiting.Result.TrySetException(exception);
                // Whoever stopped waiting does not look.
                _ = waiting.Result.Task.Exception;
            }
        }
    }
}
