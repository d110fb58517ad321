namespace BktSmart.Messages;

/// <summary>What became of an SMS, as the provider reports it. The numbers are stored.</summary>
public enum SmsState
{
    /// <summary>On its way to the provider, or nobody knows.</summary>
    Sent = 1,
    Accepted = 2,
    Delivered = 3,
    Failed = 4,
    Expired = 5,
}
