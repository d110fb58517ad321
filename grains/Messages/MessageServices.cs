namespace BktSmart.Messages;

internal static class MessageServices
{
    /// <summary>Limits on what goes out. The gateways are the host's.</summary>
    public static ISiloBuilder AddMessages(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<MessageDeliveryOptions>(MessageDeliveryOptions.Section);
        return silo;
    }
}
