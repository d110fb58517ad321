namespace BktSmart.Notifications;

/// <summary>What a notification is about; customers choose by category (R16). The numbers are stored.</summary>
public enum NotificationCategory
{
    IncomingTransfer = 1,
    OutgoingTransfer = 2,
    Cash = 3,

    /// <summary>Sign-in, password, phone, limits.</summary>
    Security = 4,

    /// <summary>Payments that were ordered in advance and did not take place.</summary>
    StandingOrder = 5,
}
