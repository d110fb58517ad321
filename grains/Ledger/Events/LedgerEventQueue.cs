namespace BktSmart.Ledger;

/// <summary>
/// One queue: what of it is in flight, and how old what is not read yet. A row holds an event for each account of a batch; it is done when
/// all of them are. Shared by the queue's receiver and its failure handler.
/// </summary>
internal sealed class LedgerEventQueue(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, InFlight> _rowByToken = [];
    private readonly Dictionary<long, InFlight> _inFlight = [];
    private readonly List<EventRow> _done = [];
    private long _lastToken;
    private long? _unreadSince;

    private sealed class InFlight(EventRow row, long writtenAt)
    {
        public EventRow Row { get; } = row;

        /// <summary>A timestamp of this process.</summary>
        public long WrittenAt { get; } = writtenAt;

        public int Remaining { get; set; }
    }

    public int InFlightCount
    {
        get
        {
            lock (_gate)
                return _inFlight.Count;
        }
    }

    /// <summary>How old the oldest news is that is not delivered, as far as this silo knows.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            lock (_gate)
            {
                var oldest = _inFlight.Count > 0 ? _inFlight.Values.Min(row => row.WrittenAt) : long.MaxValue;
                oldest = Math.Min(oldest, _unreadSince ?? long.MaxValue);
                return oldest == long.MaxValue ? TimeSpan.Zero : time.GetElapsedTime(oldest);
            }
        }
    }

    /// <summary>How long rows have waited to be read; zero if none do.</summary>
    public TimeSpan UnreadAge
    {
        get
        {
            lock (_gate)
                return _unreadSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;
        }
    }

    public bool HasUnread
    {
        get
        {
            lock (_gate)
                return _unreadSince is not null;
        }
    }

    /// <summary>There are rows that are not read yet, the oldest of about this age.</summary>
    public void Announce(TimeSpan age)
    {
        lock (_gate)
            _unreadSince = Math.Min(_unreadSince ?? long.MaxValue, Before(age));
    }

    /// <summary>Begins a read, which takes what was announced, and gives the rows that it must leave out.</summary>
    public long[] BeginRead()
    {
        lock (_gate)
        {
            _unreadSince = null;
            return [.. _inFlight.Keys];
        }
    }

    /// <summary>A row was read: it is in flight until all of its events are done with, also those that are not handed out yet.</summary>
    public void Begin(ReadRow read)
    {
        lock (_gate)
        {
            _inFlight[read.Row.Id] = new InFlight(read.Row, Before(read.Age)) { Remaining = read.Events.Count };
        }
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

    /// <summary>Takes note of tokens that are done with, delivered or not.</summary>
    public void Complete(IEnumerable<long> tokens)
    {
        lock (_gate)
        {
            foreach (var token in tokens)
            {
                if (_rowByToken.Remove(token, out var row) && --row.Remaining == 0)
                    _done.Add(row.Row);
            }
        }
    }

    /// <summary>Rows all of whose events are done with, since the last call.</summary>
    public EventRow[] TakeDone()
    {
        lock (_gate)
        {
            EventRow[] done = [.. _done];
            _done.Clear();
            return done;
        }
    }

    /// <summary>Rows were deleted, or could not be: then the next read finds them again.</summary>
    public void End(IEnumerable<EventRow> rows)
    {
        lock (_gate)
        {
            foreach (var row in rows)
            {
                // The queue may have left this silo and come back since, and the row be read anew.
                if (_inFlight.TryGetValue(row.Id, out var begun) && begun.Remaining == 0)
                    _inFlight.Remove(row.Id);
            }
        }
    }

    private long Before(TimeSpan age) => time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency);

    /// <summary>This silo reads the queue no more, or anew.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _rowByToken.Clear();
            _inFlight.Clear();
            _done.Clear();
            _unreadSince = null;
        }
    }
}
