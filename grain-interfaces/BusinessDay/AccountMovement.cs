namespace BktSmart.BusinessDay;

/// <summary>What was booked on a business date in one currency on all accounts.</summary>
/// <param name="Accounts">That moved.</param>
/// <param name="Postings">On them: two of each leg.</param>
/// <param name="DebitsMinor">Hundredths of the currency; the same as <paramref name="CreditsMinor"/>, and as the legs of all kinds.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.AccountMovement")]
public sealed record AccountMovement(
    [property: Id(0)] Currency Currency, [property: Id(1)] long Accounts, [property: Id(2)] long Postings,
    [property: Id(3)] long DebitsMinor, [property: Id(4)] long CreditsMinor);
