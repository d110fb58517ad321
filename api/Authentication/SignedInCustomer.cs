namespace BktSmart.Authentication;

/// <summary>The customer who calls, as the verified access token says.</summary>
/// <param name="TokenExpiresAt">A stream outlives it only where the session has a newer token.</param>
/// <param name="OnlyPasswordChange">The session may do nothing but change the password.</param>
/// <param name="SessionHasEnded">Only in a call that <see cref="MethodAccess.OutlivesSession"/>.</param>
/// <param name="Language">In which the bank writes to the customer.</param>
internal sealed record SignedInCustomer(
    CustomerNumber Number, Guid SessionId, DateTimeOffset TokenExpiresAt, bool OnlyPasswordChange = false, bool SessionHasEnded = false,
    Language Language = Language.Albanian);
