namespace BktSmart.Messages;

/// <summary>Who keeps the tokens of devices.</summary>
internal interface IPushRecipients
{
    /// <summary>Forgets a token that is dead. One that took its place stays.</summary>
    Task ForgetAsync(CustomerNumber customer, PushTarget gone, CancellationToken cancellationToken);
}
