using System.Collections.Concurrent;
using Npgsql;

namespace BktSmart.Notifications;

/// <summary>
/// One statement for all who ask at the same time. There is no timer: one who comes alone waits for nothing; while a statement is under way, those who come wait for the
/// next, together. A statement that the database refuses is run for each one alone, so that only those fail who are the reason.
/// </summary>
/// <param name="countMax">How many share a statement, at most.</param>
/// <param name="runAsync">Runs the statement and gives a result for each item, in their order.</param>
internal sealed class SharedStatement<TItem, TResult>(int countMax, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> runAsync)
{
    private readonly ConcurrentQueue<Waiting> _waiting = new();
    private int _running;

    private sealed record Waiting(TItem Item, TaskCompletionSource<TResult> Result);

    public Task<TResult> RunAsync(TItem item)
    {
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
                together.Clear();
                while (together.Count < countMax && _waiting.TryDequeue(out var waiting))
                    together.Add(waiting);
                await RunAsync(together);
            }

            Interlocked.Exchange(ref _running, 0);
        }
        while (!_waiting.IsEmpty && Interlocked.Exchange(ref _running, 1) == 0);
    }

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
                waiting.Result.TrySetException(exception);
        }
    }
}
