using BktSmart.Authentication;
using BktSmart.Requests;

namespace BktSmart.Security;

/// <summary>Pages of a customer's security log, for the customer and for the contact centre.</summary>
internal static class SecurityEvents
{
    public static async Task<(IEnumerable<V1.SecurityEvent> Events, string NextToken)> ReadAsync(
        IGrainFactory grains, CustomerNumber customer, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        var count = Fields.PageSize(pageSize, "page_size");
        var list = $"{ResourceNames.Of(customer)}/securityEvents";
        var before = Fields.PageStart(pageToken, list, "page_token");

        var page = await grains.Credentials(customer).ListEvents(before, count, cancellationToken);
        var events = page.Events.Select(happened => new V1.SecurityEvent
        {
            // The numbers are the same on purpose.
            Kind = (V1.SecurityEventKind)happened.Kind,
            Time = happened.At.ToMessage(),
            DeviceDisplayName = happened.DeviceName ?? "",
            Origin = happened.Origin ?? "",
        });
        return (events, page.HasMore ? PageToken.Create(list, page.Events[^1].Id) : "");
    }
}
