using BktSmart.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Notifications;

internal static class NotificationServices
{
    /// <summary>The inboxes of customers.</summary>
    public static ISiloBuilder AddNotifications(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton<InboxStore>();
        services.AddSingleton<NotificationStore>();
        services.AddSingleton<CustomerEventTexts>();
        foreach (var text in SecurityTexts.All.Concat(StandingOrderTexts.All))
            services.AddSingleton(text);
        services.KeepByMonth("notification", nameof(RetentionOptions.Notifications), options => options.Notifications);
        services.KeepByMonth("customer_event", nameof(RetentionOptions.CustomerEvents), options => options.CustomerEvents);
        return silo;
    }
}
