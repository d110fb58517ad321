using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.BusinessDay;

internal sealed class BusinessDayService(IGrainFactory grains) : Staff.V1.BusinessDayService.BusinessDayServiceBase
{
    private const string List = "endsOfDay";

    public override async Task<Staff.V1.GetBusinessDayResponse> GetBusinessDay(
        Staff.V1.GetBusinessDayRequest request, ServerCallContext context)
    {
        var standing = await grains.BusinessDay().Get(context.CancellationToken);
        return new Staff.V1.GetBusinessDayResponse
        {
            BusinessDate = standing.BusinessDate.ToMessage(),
            OpenTime = standing.OpenedAt?.ToMessage(),
            EndOfDayFromTime = standing.EndOfDayFrom.ToMessage(),
            NextDates = { standing.NextDates.Select(date => date.ToMessage()) },
        };
    }

    public override async Task<Staff.V1.StartEndOfDayResponse> StartEndOfDay(
        Staff.V1.StartEndOfDayRequest request, ServerCallContext context)
    {
        var date = Fields.Date(request.BusinessDate, "business_date");

        var ended = await grains.BusinessDay().StartEndOfDay(context.StaffMember(), date, context.CancellationToken);
        return new Staff.V1.StartEndOfDayResponse { EndOfDay = ToMessage(ended.OrRefuse()) };
    }

    public override async Task<Staff.V1.ListEndsOfDayResponse> ListEndsOfDay(
        Staff.V1.ListEndsOfDayRequest request, ServerCallContext context)
    {
        var (count, before) = request.Read(
            r => Fields.PageSize(r.PageSize, "page_size"), r => Fields.PageDate(r.PageToken, List, "page_token"));

        var page = await grains.BusinessDay().ListEndsOfDay(before, count, context.CancellationToken);
        return new Staff.V1.ListEndsOfDayResponse
        {
            EndsOfDay = { page.EndsOfDay.Select(ToMessage) },
            NextPageToken = page.HasMore ? PageToken.Create(List, page.EndsOfDay[^1].BusinessDate.DayNumber) : "",
        };
    }

    private static Staff.V1.EndOfDay ToMessage(EndOfDay ended) => new()
    {
        BusinessDate = ended.BusinessDate.ToMessage(),
        NextDate = ended.NextDate.ToMessage(),
        StartTime = ended.StartedAt.ToMessage(),
        Starter = ended.StartedBy?.Subject ?? "",
    };
}
