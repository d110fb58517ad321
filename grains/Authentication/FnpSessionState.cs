namespace BktSmart.Authentication;

/// <summary>What is stored of an FNP session, as JSON. The code itself is not: only a keyed hash that is bound to this session.</summary>
internal sealed record FnpSessionState : StoredState
{
    /// <summary>Null for the decoy that an outsider gets.</summary>
    public int? Customer { get; set; }
    public int Epoch { get; set; }
    public FnpPurpose Purpose { get; set; }

    /// <summary>As the SMS names them.</summary>
    public string? Amount { get; set; }
    public string? Account { get; set; }

    /// <summary>Null also of a session that a silo of a version before began.</summary>
    public FnpOrder? Order { get; set; }

    /// <summary>SHA-256 of what the FNP confirms; null where that is no more than the purpose.</summary>
    public byte[]? ContentHash { get; set; }
    public DeviceState? Device { get; set; }
    public byte[]? CodeHash { get; set; }
    public DateTimeOffset SentAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public int TriesLeft { get; set; }
    public int ResendsLeft { get; set; }
    public bool Used { get; set; }

    /// <summary>What it was used for.</summary>
    public Guid? Use { get; set; }

    /// <summary>The answer where the first step was refused, and counted; there is no code then.</summary>
    public Reason? Refused { get; set; }
    public string? RefusedField { get; set; }
}
