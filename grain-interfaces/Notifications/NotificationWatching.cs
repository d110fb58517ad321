namespace BktSmart.Notifications;

/// <summary>What both sides of <see cref="INotificationInboxGrain.Watch"/> rely on.</summary>
public static class NotificationWatching
{
    /// <summary>How long an inbox remembers an observer that does not register again.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(1);
}
