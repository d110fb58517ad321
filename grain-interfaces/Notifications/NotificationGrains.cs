namespace BktSmart.Notifications;

/// <summary>Finds the grains of notifications.</summary>
public static class NotificationGrains
{
    public static INotificationInboxGrain NotificationInbox(this IGrainFactory grains, CustomerNumber number) =>
        grains.Find<INotificationInboxGrain>(GrainKeys.Customer(number));
}
