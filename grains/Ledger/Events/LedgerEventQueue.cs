namespace BktSmart.Ledger;

/// <summary>
/// One queue: what of it is in flight, and what waits for another try. A row holds an event for each account of a batch; it is done when
/// all of them are. Shared by the queue's receiver and its failure handler.
/// </summary>
internal sealed class LedgerEventQueue(TimeProvider time, TimeSpan redeliveryDelay)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Row> _rowByToken = [];
    private readonly Dictionary<long, Row> _inFlight = [];
    private readonly Dictionary<long, DateTimeOffset> _setAside = [];
    private long _lastToken;

    private sealed class Row(long eventId)
    {
        public long EventId { get; } = eventId;
        public int Remaining { get; set; }
        public bool Failed { get; set; }
    }

    /// <summary>Rows that a read must leave out.</summary>
    public long[] Excluded()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var eventId in _setAside.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToArray())
                _setAside.Remove(eventId);
            return [.. _inFlight.Keys, .. _setAside.Keys];
        }
    }

    /// <summary>A row was read: it is in flight until all of its events are done with, also those that are not handed out yet.</summary>
    public void Begin(long eventId, int events)
    {
        lock (_gate)
            _inFlight[eventId] = new Row(eventId) { Remaining = events };
    }

    /// <summary>
    /// Gives an event of a row in flight the next token. Caches place their cursors by tokens, so these follow the order of handing out,
    /// not the ids of rows.
    /// </summary>
    public long Track(long eventId)
    {
        lock (_gate)
        {
            _rowByToken.Add(++_lastToken, _inFlight[eventId]);
            return _lastToken;
        }
    }

    /// <summary>Takes note of tokens that are done with, and gives the rows that are now delivered as a whole.</summary>
    public long[] Complete(IEnumerable<long> tokens)
    {
        lock (_gate)
        {
            var delivered = new List<long>();
            foreach (var token in tokens)
            {
                if (Finish(token, failed: false) is { } eventId)
                    delivered.Add(eventId);
            }

            return [.. delivered];
        }
    }

    /// <summary>An event could not be delivered: its row comes again after a while, with all of its events.</summary>
    public void SetAside(long token)
    {
        lock (_gate)
            Finish(token, failed: true);
    }

    /// <summary>A row was delivered, and yet lacks a notification: it comes again after a while.</summary>
    public void SetRowAside(long eventId)
    {
        lock (_gate)
            _setAside[eventId] = time.GetUtcNow() + redeliveryDelay;
    }

    public void Reset()
    {
        lock (_gate)
        {
            _rowByToken.Clear();
            _inFlight.Clear();
            _setAside.Clear();
        }
    }

    private long? Finish(long token, bool failed)
    {
        if (!_rowByToken.Remove(token, out var row))
            return null;
        row.Failed |= failed;
        if (--row.Remaining > 0)
            return null;
        _inFlight.Remove(row.EventId);
        if (!row.Failed)
            return row.EventId;
        _setAside[row.EventId] = time.GetUtcNow() + redeliveryDelay;
        return null;
    }
}
