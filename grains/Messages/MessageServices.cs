using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Messages;

internal static class MessageServices
{
    /// <summary>The outbox, and limits on what goes out. The gateways are the host's.</summary>
    public static ISiloBuilder AddMessages(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<MessageDeliveryOptions>(MessageDeliveryOptions.Section);
        services.AddSingleton<OutboxStore>();
        services.AddSingleton<OutboxSignal>();
        services.AddWithLifecycle<OutboxWorker>();
        return silo;
    }
}
