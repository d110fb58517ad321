using BktSmart.Customers;
using BktSmart.Messages;
using Npgsql;

namespace BktSmart.Authentication;

/// <summary>
/// Tells a customer what somebody else may have done: by SMS, which reaches the owner also where the app does not, and in the inbox. The
/// statements belong in the transaction of the change.
/// </summary>
internal static class SecurityNews
{
    /// <summary>To the number that the customer has at this point of the transaction.</summary>
    public static NpgsqlBatchCommand Sms(SecurityAlert alert, CustomerNumber customer, MessageDeliveryOptions options) =>
        OutboxStore.AddSms(customer, language => SmsText.OfAlert(alert, language), options.TellingSmsLifetime);

    /// <param name="account">Masked.</param>
    /// <param name="limits">As <see cref="SmsText.Amounts"/> gives them.</param>
    public static NpgsqlBatchCommand SmsOfRaise(
        string account, string limits, CustomerNumber customer, MessageDeliveryOptions options) =>
        OutboxStore.AddSms(customer, language => SmsText.OfRaise(account, limits, language), options.TellingSmsLifetime);

    /// <summary>
    /// For the inbox; null where an SMS is enough: whoever is about to be locked out by strangers does not look into the app. It waits for
    /// other events of the customer, so it comes last in its transaction.
    /// </summary>
    /// <param name="device">Where it happened; null where staff acted.</param>
    public static NpgsqlBatchCommand? Event(SecurityAlert alert, CustomerNumber customer, Device? device) => alert switch
    {
        SecurityAlert.LastTry => null,
        SecurityAlert.Locked => CustomerEvents.Tell(customer, CustomerEventKind.SignInLocked),
        SecurityAlert.PasswordChanged => CustomerEvents.Tell(customer, CustomerEventKind.PasswordChanged),
        SecurityAlert.PasswordEnds => CustomerEvents.Tell(customer, CustomerEventKind.PasswordEnds),
        SecurityAlert.NewDevice => CustomerEvents.Tell(customer, CustomerEventKind.SignedInOnNewDevice, new { device = device!.Name }),
        SecurityAlert.PhoneChanged => CustomerEvents.Tell(customer, CustomerEventKind.PhoneChanged),
        SecurityAlert.RiskEnded => CustomerEvents.Tell(customer, CustomerEventKind.RaisedRiskEnded),
        _ => throw new ArgumentOutOfRangeException(nameof(alert), alert, null),
    };
}
