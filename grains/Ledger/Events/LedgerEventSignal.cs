using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>
/// Wakes the readers of events after a commit: those of this silo at once, those of others by NOTIFY. A NOTIFY inside the ledger's
/// transaction would make all commits wait for one lock of the database, so it goes out after the commit, on a connection of its own, not
/// more often than an interval. A signal may get lost; readers also look by themselves.
/// </summary>
internal sealed partial class LedgerEventSignal(
    NpgsqlDataSource database, IOptions<LedgerEventOptions> options, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time,
    ILogger<LedgerEventSignal> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const string Channel = "ledger_event";

    private readonly string _self = Guid.NewGuid().ToString("N");

    private readonly SemaphoreSlim[] _queues = [.. Enumerable.Range(0, LedgerEventQueues.Count).Select(_ => new SemaphoreSlim(0, 1))];
    private readonly SemaphoreSlim _others = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _loops = Task.CompletedTask;
    private int _toTell;

    /// <param name="queues">Those with new events, as bits.</param>
    public void Set(int queues)
    {
        if (queues == 0)
            return;
        SetHere(queues);
        Interlocked.Or(ref _toTell, queues);
        Release(_others);
    }

    /// <summary>There are new events of a customer.</summary>
    public void Set(CustomerNumber customer) => Set(1 << LedgerEventQueues.Of(customer.Value));

    /// <summary>Whether a signal came within the time.</summary>
    public Task<bool> WaitAsync(int queue, TimeSpan wait, CancellationToken cancellationToken) =>
        _queues[queue].WaitAsync(wait, cancellationToken);

    /// <summary>Wakes the readers of this silo alone.</summary>
    /// <param name="queues">As bits.</param>
    public void SetHere(int queues)
    {
        for (var queue = 0; queue < _queues.Length; queue++)
        {
            if ((queues & (1 << queue)) != 0)
                Release(_queues[queue]);
        }
    }

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(LedgerEventSignal),
        ServiceLifecycleStage.RuntimeStorageServices,
        _ =>
        {
            _loops = Task.WhenAll(
                Task.Run(() => RepeatAsync(NotifyAsync), CancellationToken.None),
                Task.Run(() => RepeatAsync(ListenAsync), CancellationToken.None));
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stop.CancelAsync();
            await _loops;
        });

    public void Dispose()
    {
        foreach (var queue in _queues)
            queue.Dispose();
        _others.Dispose();
        _stop.Dispose();
    }

    private static void Release(SemaphoreSlim semaphore)
    {
        if (semaphore.CurrentCount == 0)
        {
            try
            {
                semaphore.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else set it in between, which is as good.
            }
        }
    }

    private async Task NotifyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _others.WaitAsync(cancellationToken);
            await using (var notify = database.CreateCommand("select pg_notify($1, $2)"))
            {
                notify.Parameters.Add(new() { Value = Channel });
                notify.Parameters.Add(
                    new() { Value = string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Exchange(ref _toTell, 0)} {_self}") });
                await notify.ExecuteNonQueryAsync(cancellationToken);
            }

            await Task.Delay(options.Value.NotifyInterval, time, cancellationToken);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, notification) =>
        {
            // The readers of this silo were woken at the commit.
            if (notification.Payload.Split(' ') is [var told, var sender] && sender != _self
                && int.TryParse(told, CultureInfo.InvariantCulture, out var queues))
                SetHere(queues);
        };
        await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellationToken);
        while (true)
            await connection.WaitAsync(cancellationToken);
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> loop)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await loop(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogBroken(exception);
                await Task.Delay(options.Value.PollInterval, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(1101, LogLevel.Warning, "Signals between silos are interrupted; readers poll until they are back")]
    private partial void LogBroken(Exception exception);
}
