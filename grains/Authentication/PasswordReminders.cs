using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Looks for customers who are to be told that their password ends (R5). When that is, is in the database, so a restart forgets nothing,
/// and every silo looks; who finds a customer asks the customer's own actor, which tells each thing once.
/// </summary>
internal sealed partial class PasswordReminders(
    CredentialsStore store, IGrainFactory grains, IOptions<PasswordOptions> options, [BankClock] TimeProvider clock,
    [FromKeyedServices(BackgroundTime.Key)] TimeProvider time,
    ILogger<PasswordReminders> logger)
    : RepeatedWork(time)
{
    private const int CountMax = 500;

    protected override TimeSpan Interval => options.Value.ReminderInterval;

    /// <summary>
    /// Asks the actors of those who are due and gives how many that were. One that fails does not keep the others waiting; it comes again
    /// with the next round.
    /// </summary>
    public async Task<int> RemindAsync(CancellationToken cancellationToken)
    {
        var asked = 0;
        foreach (var customer in await store.ListToRemindAsync(clock.GetUtcNow(), CountMax, cancellationToken))
        {
            try
            {
                await grains.Credentials(customer).RemindOfPassword(cancellationToken);
                asked++;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(exception);
            }
        }

        return asked;
    }

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken) => await RemindAsync(cancellationToken) == CountMax;

    [LoggerMessage(2005, LogLevel.Error, "A customer could not be reminded of a password that ends; the next look will find them again")]
    protected override partial void LogFailed(Exception exception);
}
