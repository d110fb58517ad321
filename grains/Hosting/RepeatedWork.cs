using System.Diagnostics;

namespace BktSmart.Hosting;

/// <summary>
/// Work that a silo does again and again from its start to its stop. A round that fails is logged and does not end it: what is to be done
/// is in the database, and the next round finds it again.
/// </summary>
/// <param name="time">Paces the rounds; see <see cref="BackgroundTime"/>.</param>
internal abstract class RepeatedWork(TimeProvider time) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Between two rounds.</summary>
    protected abstract TimeSpan Interval { get; }

    /// <summary>
    /// After a round behind which there is more to do: for as long as that took, times this. What is left of the database is for customers.
    /// </summary>
    protected virtual double Rest => 0;

    /// <summary>Starts after what the silo's grains need and stops before it.</summary>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        GetType().Name,
        ServiceLifecycleStage.Active,
        _ =>
        {
            _loop = Task.Run(RunAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stop.CancelAsync();
            await _loop;
        });

    public void Dispose()
    {
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Does one round; whether there is more to do at once.</summary>
    protected abstract Task<bool> WorkAsync(CancellationToken cancellationToken);

    protected abstract void LogFailed(Exception exception);

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                if (await WorkAsync(_stop.Token))
                {
                    await PauseAsync(Stopwatch.GetElapsedTime(started) * Rest);
                    continue;
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFailed(exception);
            }

            await PauseAsync(Interval);
        }
    }

    private async Task PauseAsync(TimeSpan pause) =>
        await Task.Delay(pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
