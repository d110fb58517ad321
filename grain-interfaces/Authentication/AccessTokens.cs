namespace BktSmart.Authentication;

/// <summary>
/// What the maker and the verifier of customers' access tokens must say alike. Tokens of older programs are about: a change shuts their
/// holders out.
/// </summary>
public static class AccessTokens
{
    public const string Issuer = "bktsmart";

    public const string Audience = "bktsmart-app";

    /// <summary>The claim that holds the id of the session; the subject is the customer number.</summary>
    public const string SessionClaim = "sid";

    /// <summary>The claim that a session can do nothing but change the password; its value is <see cref="OnlyPasswordChange"/>.</summary>
    public const string ScopeClaim = "scope";

    public const string OnlyPasswordChange = "password-change";

    /// <summary>The claim that holds the customer's language: <see cref="English"/>, or nothing for Albanian.</summary>
    public const string LocaleClaim = "locale";

    public const string English = "en";
}
