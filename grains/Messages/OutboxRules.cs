namespace BktSmart.Messages;

/// <summary>When a message of the outbox is tried again.</summary>
internal static class OutboxRules
{
    /// <param name="tries">That were in vain, 1 or more.</param>
    /// <param name="wait">What the gateway asks for, at least.</param>
    public static TimeSpan DelayAfter(int tries, TimeSpan wait, MessageDeliveryOptions options)
    {
        var doubled = options.OutboxRetryDelay * Math.Pow(2, Math.Min(tries - 1, 20));
        var delay = doubled < options.OutboxRetryDelayMax ? doubled : options.OutboxRetryDelayMax;
        return delay > wait ? delay : wait;
    }

    /// <summary>After a token that was dead: at once, with the token of then; unless that was dead as well.</summary>
    /// <param name="tries">That were in vain, 1 or more.</param>
    public static TimeSpan DelayAfterDeadToken(int tries, MessageDeliveryOptions options) =>
        tries == 1 ? TimeSpan.Zero : DelayAfter(tries, TimeSpan.Zero, options);
}
