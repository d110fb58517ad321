namespace BktSmart.Notifications;

internal static class NotificationServices
{
    /// <summary>The streams of notifications that this node keeps open.</summary>
    public static void AddNotifications(this WebApplicationBuilder builder)
    {
        builder.Services.AddChecked<NotificationWatchOptions, NotificationWatchOptions.Validator>(NotificationWatchOptions.Section);
        builder.Services.AddSingleton<NotificationWatch>();
    }
}
