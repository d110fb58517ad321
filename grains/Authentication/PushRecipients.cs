using BktSmart.Messages;

namespace BktSmart.Authentication;

/// <summary>Has the customer's own actor forget a token that is dead: it alone writes the devices.</summary>
internal sealed class PushRecipients(IGrainFactory grains) : IPushRecipients
{
    public Task ForgetAsync(CustomerNumber customer, PushTarget gone, CancellationToken cancellationToken) =>
        grains.Credentials(customer).ForgetPushToken(gone.DeviceId, gone.PushToken, cancellationToken);
}
