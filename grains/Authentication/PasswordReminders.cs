using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Looks for customers who are to be told that their password ends (R5). When that is, is in the database, so a restart forgets nothing, and every silo looks; who finds a customer asks the
/// customer's own actor, which tells each thing once.
/// </summary>
internal sealed partial class PasswordReminders(
    CredentialsStore store, IGrainFactory grains, IOptions<PasswordOptions> options, TimeProvider clock, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time,
    ILogger<PasswordReminders> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int CountMax = 500;

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(PasswordReminders),
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

    public void Dispose() => _stop.Dispose();

    /// <summary>Reminds those who are due and gives how many that were.</summary>
    public async Task<int> RemindAsync(CancellationToken cancellationToken)
    {
        var due = await store.ListToRemindAsync(clock.GetUtcNow(), CountMax, cancellationToken);
        foreach (var customer in due)
            await grains.Credentials(customer).RemindOfPassword(cancellationToken);
        return due.Count;
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (await RemindAsync(_stop.Token) == CountMax)
                    continue;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFailed(exception);
            }

            await Task.Delay(options.Value.ReminderInterval, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(2005, LogLevel.Error, "Customers could not be reminded of their passwords; the next look will find them again")]
    private partial void LogFailed(Exception exception);
}
