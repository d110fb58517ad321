namespace BktSmart.Notifications;

/// <summary>An inbox in memory that can be out of reach.</summary>
internal sealed class FakeInbox : INotificationInboxGrain
{
    private readonly Lock _lock = new();
    private readonly List<Notification> _notifications = [];
    private INotificationObserver? _observer;

    /// <summary>Calls that will fail with <see cref="Failure"/>.</summary>
    public int CallsToFail { get; set; }

    /// <summary>By default no silo is found.</summary>
    public Exception Failure { get; set; } = new Orleans.Runtime.SiloUnavailableException();

    public TaskCompletionSource Watched { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Unwatched { get; private set; }

    /// <summary>What <see cref="Unwatch"/> gives.</summary>
    public Task UnwatchAnswer { get; set; } = Task.CompletedTask;

    public void Add(long number)
    {
        lock (_lock)
            _notifications.Add(new Notification(number, NotificationCategory.Cash, "t", "b", DateTimeOffset.UnixEpoch, null));
    }

    public Task WakeUp() => _observer!.Arrived();

    public Task<long> GetLastNumber(CancellationToken cancellationToken)
    {
        ThrowIfAway();
        lock (_lock)
            return Task.FromResult(_notifications.LastOrDefault()?.Number ?? 0);
    }

    public Task<IReadOnlyList<Notification>> ListAfter(long afterNumber, int count, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        lock (_lock)
            return Task.FromResult<IReadOnlyList<Notification>>([.. _notifications.Where(n => n.Number > afterNumber).Take(count)]);
    }

    public Task Watch(INotificationObserver observer, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        _observer = observer;
        Watched.TrySetResult();
        return Task.CompletedTask;
    }

    public Task Unwatch(INotificationObserver observer, CancellationToken cancellationToken)
    {
        Unwatched = ReferenceEquals(observer, _observer);
        return UnwatchAnswer;
    }

    public Task<NotificationPage> List(long? beforeNumber, int count, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<int> MarkRead(long upToNumber, CancellationToken cancellationToken) => throw new NotSupportedException();

    private void ThrowIfAway()
    {
        if (CallsToFail == 0)
            return;
        CallsToFail--;
        throw Failure;
    }
}
