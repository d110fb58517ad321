using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Audit;

internal sealed class AuditService(IGrainFactory grains) : Staff.V1.AuditService.AuditServiceBase
{
    public override async Task<Staff.V1.ListAuditEntriesResponse> ListAuditEntries(
        Staff.V1.ListAuditEntriesRequest request, ServerCallContext context)
    {
        var (customer, count) = request.Read(
            r => Fields.OptionalCustomerName(r.Customer, "customer"),
            r => Fields.PageSize(r.PageSize, "page_size"));
        var list = customer is { } number ? $"{ResourceNames.Of(number)}/auditEntries" : "auditEntries";
        var before = Fields.PageStart(request.PageToken, list, "page_token");

        var page = await grains.Audit().List(customer, before, count, context.CancellationToken);
        return new Staff.V1.ListAuditEntriesResponse
        {
            Entries =
            {
                page.Entries.Select(entry => new Staff.V1.AuditEntry
                {
                    Time = entry.At.ToMessage(),
                    Staff = entry.Staff.Subject,
                    Action = entry.Action,
                    Customer = entry.Customer is { } concerned ? ResourceNames.Of(concerned) : "",
                    DetailJson = entry.Detail,
                }),
            },
            NextPageToken = page.HasMore ? PageToken.Create(list, page.Entries[^1].Id) : "",
        };
    }
}
