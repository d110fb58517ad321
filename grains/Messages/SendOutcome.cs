namespace BktSmart.Messages;

/// <summary>What a gateway says of a message. The default is <see cref="Unknown"/>.</summary>
public readonly record struct SendOutcome
{
    /// <summary>Nobody knows whether it arrived. As good as an exception or a time-out.</summary>
    public static readonly SendOutcome Unknown;

    /// <summary>The gateway has taken it.</summary>
    public static readonly SendOutcome Delivered = new(SendOutcomeKind.Delivered, TimeSpan.Zero);

    /// <summary>Nothing will ever arrive there: the token is dead, or the number is none.</summary>
    public static readonly SendOutcome RecipientGone = new(SendOutcomeKind.RecipientGone, TimeSpan.Zero);

    private SendOutcome(SendOutcomeKind kind, TimeSpan wait) => (Kind, Wait) = (kind, wait);

    public SendOutcomeKind Kind { get; }

    /// <summary>Before the next try, at least; zero unless the gateway named a time.</summary>
    public TimeSpan Wait { get; }

    /// <summary>The gateway did not take it and says when to try again.</summary>
    /// <param name="wait">Less than nothing counts as nothing.</param>
    public static SendOutcome RetryAfter(TimeSpan wait) =>
        new(SendOutcomeKind.RetryLater, wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
}
