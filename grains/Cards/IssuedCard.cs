namespace BktSmart.Cards;

/// <summary>Whose card it is, its last day, and whether it was blocked since.</summary>
internal readonly record struct IssuedCard(CustomerNumber Customer, DateOnly ExpiresOn, bool IsBlocked);
