namespace BktSmart.Cards;

/// <summary>A card that the branch handed out. The full number exists only on the plastic.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Card")]
public sealed record Card([property: Id(0)] string LastFourDigits, [property: Id(1)] CardExpiry Expiry);
