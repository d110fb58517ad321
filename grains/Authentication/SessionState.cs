namespace BktSmart.Authentication;

/// <summary>What is stored of a session, as JSON.</summary>
internal sealed record SessionState : StoredState
{
    public int Customer { get; set; }
    public Guid DeviceId { get; set; }
    public bool OnlyPasswordChange { get; set; }

    /// <summary>In which the customer is answered; zero from a silo of the version before.</summary>
    public Language Language { get; set; }

    /// <summary>Of the refresh token that is good now; counts from 1.</summary>
    public int Generation { get; set; }
    public DateTimeOffset OpenedAt { get; set; }
    public DateTimeOffset RefreshedAt { get; set; }

    /// <summary>What brought the token of now; null before the first refresh.</summary>
    public RefreshRequest? RefreshedBy { get; set; }
    public bool Ended { get; set; }
}
