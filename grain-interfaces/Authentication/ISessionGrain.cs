namespace BktSmart.Authentication;

/// <summary>
/// One signed-in session; key: <see cref="AuthenticationGrains.Session"/>. Whether it is still open is for the credentials to say.
/// </summary>
[Alias("bktsmart.ISessionGrain")]
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>Opens the session. Again, it gives tokens for as long as the first refresh token is unused, and then null.</summary>
    [Alias("Open")]
    Task<SessionTokens?> Open(
        CustomerNumber customer, Guid deviceId, bool onlyPasswordChange, Language language, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the next tokens. Again, with the same id, it gives the same next refresh token until that is used. Any other used token ends
    /// the session.
    /// </summary>
    /// <param name="generation">Of the presented refresh token, whose authenticity the caller has checked.</param>
    /// <param name="requestId">Names this exchange.</param>
    [Alias("Refresh")]
    Task<Result<SessionTokens>> Refresh(int generation, Guid requestId, CancellationToken cancellationToken);

    /// <summary>When the access token of the last refresh ends; null where the session has ended by a stolen token, or never was.</summary>
    [Alias("GetAccessEnd"), ForApi]
    Task<DateTimeOffset?> GetAccessEnd(CancellationToken cancellationToken);
}
