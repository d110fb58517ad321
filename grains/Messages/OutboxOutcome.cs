namespace BktSmart.Messages;

/// <summary>What a try to send a message of the outbox came to.</summary>
internal enum OutboxOutcome
{
    /// <summary>The gateway has it.</summary>
    Delivered,

    /// <summary>The number or the token is dead. A push is tried with the token of then.</summary>
    RecipientGone,

    /// <summary>There is no device to push to.</summary>
    NoDevice,

    /// <summary>It was not sent within its lifetime.</summary>
    Expired,

    /// <summary>The gateway said when to try again.</summary>
    RetryLater,

    /// <summary>The gateway failed or did not answer; it is tried again.</summary>
    Unknown,
}
