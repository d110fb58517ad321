using BktSmart.Authentication;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Notifications;

internal sealed class NotificationService(IGrainFactory grains, NotificationWatch watch) : V1.NotificationService.NotificationServiceBase
{
    public override async Task<V1.ListNotificationsResponse> ListNotifications(
        V1.ListNotificationsRequest request, ServerCallContext context)
    {
        var customer = context.SignedInCustomer().Number;
        var count = Fields.PageSize(request.PageSize, "page_size");
        var list = $"{ResourceNames.Of(customer)}/notifications";
        var before = Fields.PageStart(request.PageToken, list, "page_token");

        var page = await grains.NotificationInbox(customer).List(before, count, context.CancellationToken);
        return new V1.ListNotificationsResponse
        {
            Notifications = { page.Notifications.Select(ToMessage) },
            NextPageToken = page.HasMore ? PageToken.Create(list, page.Notifications[^1].Number) : "",
            UnreadCount = page.UnreadCount,
        };
    }

    public override async Task<V1.MarkNotificationsReadResponse> MarkNotificationsRead(
        V1.MarkNotificationsReadRequest request, ServerCallContext context)
    {
        var upTo = Fields.NotificationNumber(request.UpToNumber, "up_to_number");

        var unread = await grains.NotificationInbox(context.SignedInCustomer().Number).MarkRead(upTo, context.CancellationToken);
        return new V1.MarkNotificationsReadResponse { UnreadCount = unread };
    }

    public override async Task WatchNotifications(
        V1.WatchNotificationsRequest request, IServerStreamWriter<V1.WatchNotificationsResponse> responseStream, ServerCallContext context)
    {
        long? after = request.HasAfterNumber ? Fields.NotificationNumber(request.AfterNumber, "after_number") : null;

        // The app sees at once that the stream stands, and not only at the first notification.
        await context.WriteResponseHeadersAsync([]);
        await watch.Run(
            context.SignedInCustomer(),
            after,
            (notification, breakOff) =>
                responseStream.WriteAsync(
                    new V1.WatchNotificationsResponse { Notification = notification is null ? null : ToMessage(notification) }, breakOff),
            context.CancellationToken);
    }

    private static V1.Notification ToMessage(Notification notification) => new()
    {
        Name = ResourceNames.OfNotification(notification.Number),
        Number = notification.Number,
        Category = notification.Category switch
        {
            NotificationCategory.IncomingTransfer => V1.NotificationCategory.IncomingTransfer,
            NotificationCategory.OutgoingTransfer => V1.NotificationCategory.OutgoingTransfer,
            NotificationCategory.Cash => V1.NotificationCategory.Cash,
            NotificationCategory.Security => V1.NotificationCategory.Security,
            NotificationCategory.StandingOrder => V1.NotificationCategory.StandingOrder,
            _ => V1.NotificationCategory.Unspecified,
        },
        Title = notification.Title,
        Body = notification.Body,
        CreateTime = notification.CreatedAt.ToMessage(),
        ReadTime = notification.ReadAt?.ToMessage(),
    };
}
