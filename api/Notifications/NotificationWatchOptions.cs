using Microsoft.Extensions.Options;

namespace BktSmart.Notifications;

/// <summary>Section <c>NotificationWatch</c>: the streams of notifications that this node keeps open.</summary>
internal sealed class NotificationWatchOptions
{
    public const string Section = "NotificationWatch";

    /// <summary>Streams at one time; one more is refused as overloaded.</summary>
    public int CountMax { get; set; } = 10_000;

    /// <summary>
    /// Streams of one session at one time; one more ends the oldest. An app that lost its connection comes back before that is noticed.
    /// </summary>
    public int CountPerSessionMax { get; set; } = 2;

    /// <summary>
    /// How often the inbox is told again who watches; it forgets a watcher after <see cref="NotificationWatching.Lasts"/>.
    /// </summary>
    public TimeSpan RenewInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the inbox is read without a wake-up, since a wake-up can be lost.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After how long without a notification a heartbeat is sent, which tells the app that it has missed nothing; at the next
    /// <see cref="PollInterval"/>.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest pause between two attempts while the cluster is away; the first is a second, and each next one twice as long.
    /// </summary>
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromSeconds(10);

    internal sealed class Validator : IValidateOptions<NotificationWatchOptions>
    {
        public ValidateOptionsResult Validate(string? name, NotificationWatchOptions options)
        {
            if (options.CountMax < 1)
                return ValidateOptionsResult.Fail("NotificationWatch:CountMax must be at least 1.");
            if (options.CountPerSessionMax < 1)
                return ValidateOptionsResult.Fail("NotificationWatch:CountPerSessionMax must be at least 1.");
            if (options.RenewInterval <= TimeSpan.Zero || options.RenewInterval >= NotificationWatching.Lasts)
                return ValidateOptionsResult.Fail("NotificationWatch:RenewInterval must be more than zero and less than a minute.");
            if (options.PollInterval <= TimeSpan.Zero || options.RetryDelayMax < TimeSpan.FromSeconds(1))
                return ValidateOptionsResult.Fail(
                    "NotificationWatch:PollInterval must be more than zero and NotificationWatch:RetryDelayMax at least a second.");
            if (options.HeartbeatInterval < TimeSpan.FromSeconds(1))
                return ValidateOptionsResult.Fail("NotificationWatch:HeartbeatInterval must be at least a second.");
            return ValidateOptionsResult.Success;
        }
    }
}
