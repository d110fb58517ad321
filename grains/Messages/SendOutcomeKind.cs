namespace BktSmart.Messages;

/// <summary>The kinds of <see cref="SendOutcome"/>.</summary>
public enum SendOutcomeKind
{
    /// <summary>Nobody knows whether it arrived.</summary>
    Unknown,

    /// <summary>The gateway has taken it.</summary>
    Delivered,

    /// <summary>Nothing will ever arrive there.</summary>
    RecipientGone,

    /// <summary>The gateway did not take it and says when to try again.</summary>
    RetryLater,
}
