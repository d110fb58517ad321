using Microsoft.Extensions.Logging;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace BktSmart.Ledger;

/// <summary>Reads one queue for its pulling agent.</summary>
internal sealed partial class LedgerEventReceiver(
    int number, LedgerEventQueue queue, LedgerEventStore store, LedgerEventSignal signal, LedgerWriter writer, LedgerEventOptions options,
    TimeProvider time, ILogger logger)
    : IQueueAdapterReceiver
{
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
        if (_read.Count > 0)
            return HandOut(maxCount);
        try
        {
            var signalled = await signal.WaitAsync(number, options.Wait, cancellationToken);
            var sinceLast = time.GetElapsedTime(_lastRead);
            if (writer.IsBusy && sinceLast < options.YieldInterval)
            {
                // Transfers go first; the signal stays for the next look.
                if (signalled)
                    signal.SetHere(1 << number);
                await Task.Delay(options.Wait, time, cancellationToken);
                return [];
            }

            if (!signalled && sinceLast < options.PollInterval)
                return [];

            _lastRead = time.GetTimestamp();
            var rows = writer.IsBusy ? 1 : options.RowsMax;
            var events = await store.ReadAsync(new EventQuestion((short)number, queue.Excluded(), rows)).WaitAsync(cancellationToken);
            var read = events.CountBy(posted => posted.EventId).ToArray();
            if (read.Length == rows)
                signal.SetHere(1 << number);
            foreach (var (eventId, count) in read)
                queue.Begin(eventId, count);
            foreach (var posted in events)
                _read.Enqueue(posted);
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

    public async Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken)
    {
        var eventIds = queue.Complete(messages.Select(message => message.SequenceToken.SequenceNumber));
        if (eventIds.Length == 0)
            return;
        var deleted = await store.DeleteAsync(new DeliveredEvents((short)number, eventIds)).WaitAsync(cancellationToken);
        foreach (var eventId in eventIds.Except(deleted))
        {
            LogNotNotified(options.RedeliveryDelay);
            queue.SetRowAside(eventId);
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

    [LoggerMessage(
        1103, LogLevel.Warning,
        "A row of events counts as delivered and was not deleted: a notification is missing, or another silo was faster; next look in "
            + "{Delay}")]
    private partial void LogNotNotified(TimeSpan delay);
}
