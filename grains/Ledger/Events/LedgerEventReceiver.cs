using Microsoft.Extensions.Logging;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace BktSmart.Ledger;

/// <summary>Reads one queue for its pulling agent.</summary>
internal sealed partial class LedgerEventReceiver(
    int number, LedgerEventQueue queue, LedgerEventStore store, LedgerEventSignal signal, Func<bool> paymentsWait,
    LedgerEventOptions options, TimeProvider time, ILogger logger)
    : IQueueAdapterReceiver
{
    /// <summary>
    /// What is in flight is left out by naming it, which costs. So a read waits while there is much, but not for long: inboxes that hang
    /// must not keep the queue.
    /// </summary>
    private static readonly TimeSpan DrainWait = TimeSpan.FromMilliseconds(10);

    private readonly Queue<TransactionPosted> _read = [];
    private long _lastRead;

    public Task Initialize(TimeSpan timeout)
    {
        Reset();
        signal.SetHere(1 << number);
        return Task.CompletedTask;
    }

    /// <param name="maxCount">What the agent's cache has room for. It keeps a part of what is above and never delivers it, so what was read
    /// beyond waits here.</param>
    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        FinishDone();
        if (_read.Count > 0)
            return HandOut(maxCount);
        try
        {
            if (queue.InFlightCount >= options.RowsMax && time.GetElapsedTime(_lastRead) < options.PollInterval)
            {
                await Task.Delay(DrainWait, time, cancellationToken);
                return [];
            }

            if (await signal.WaitAsync(number, options.Wait, cancellationToken))
                queue.Announce(TimeSpan.Zero);
            if (!queue.HasUnread && time.GetElapsedTime(_lastRead) < options.PollInterval)
                return [];
            if (paymentsWait() && queue.HasUnread && queue.UnreadAge < options.AgeTarget)
            {
                // Transfers go first, as long as no news is old. Where nobody told of any, a signal may be lost: then nobody knows the age.
                await Task.Delay(options.Wait, time, cancellationToken);
                return [];
            }

            _lastRead = time.GetTimestamp();
            var read = await store.ReadAsync(new EventQuestion((short)number, queue.BeginRead(), options.RowsMax))
                .WaitAsync(cancellationToken);
            foreach (var row in read)
            {
                queue.Begin(row);
                foreach (var posted in row.Events)
                    _read.Enqueue(posted);
            }

            if (read.Count >= options.RowsMax)
            {
                queue.Announce(read[^1].Age);
                signal.SetHere(1 << number);
            }

            return HandOut(maxCount);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops; what it was about to read stays in the table.
            return [];
        }
    }

    private IBatchContainer[] HandOut(int maxCount)
    {
        var count = maxCount == QueueAdapterConstants.UNLIMITED_GET_QUEUE_MSG ? _read.Count : Math.Min(maxCount, _read.Count);
        var events = new IBatchContainer[count];
        for (var i = 0; i < count; i++)
        {
            var posted = _read.Dequeue();
            events[i] = new LedgerEventBatch(posted, new EventSequenceTokenV2(queue.Track(posted.EventId)));
        }

        return events;
    }

    private void Reset()
    {
        _read.Clear();
        queue.Reset();
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken)
    {
        queue.Complete(messages.Select(message => message.SequenceToken.SequenceNumber));
        FinishDone();
        return Task.CompletedTask;
    }

    /// <summary>The next read does not wait for the deletion: until then the rows count as in flight.</summary>
    private void FinishDone()
    {
        if (queue.TakeDone() is { Length: > 0 } rows)
            _ = FinishAsync(rows);
    }

    private async Task FinishAsync(EventRow[] rows)
    {
        try
        {
            if (await store.FinishAsync(rows) is > 0 and var count)
                LogSetAside(count);
        }
        catch (Exception exception)
        {
            // They are read and delivered once more.
            LogNotDeleted(exception);
        }
        finally
        {
            queue.End(rows);
        }
    }

    public Task Shutdown(TimeSpan timeout)
    {
        Reset();
        return Task.CompletedTask;
    }

    // The interface still has the forms without a token.
    [Obsolete("Use the overload with a CancellationToken.")]
    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    [Obsolete("Use the overload with a CancellationToken.")]
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => MessagesDeliveredAsync(messages, CancellationToken.None);

    [LoggerMessage(1103, LogLevel.Warning, "{Count} events did not reach their inboxes; they are set aside and come again")]
    private partial void LogSetAside(long count);

    [LoggerMessage(1105, LogLevel.Warning, "Events that were delivered could not be deleted; they come once more")]
    private partial void LogNotDeleted(Exception exception);
}
