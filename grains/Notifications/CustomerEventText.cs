using BktSmart.Customers;

namespace BktSmart.Notifications;

/// <summary>The words for one kind of a customer's own events. Another kind is another one of these, registered as a service.</summary>
internal sealed record CustomerEventText(CustomerEventKind Kind, Func<CustomerEvent, Language, NotificationText> Write);
